#pragma once

#include <algorithm>
#include <type_traits>

#include "yoso/config/compat.h"
#include "yoso/config/read.h"
#include "yoso/config/write.h"
#include "yoso/tasks/prepared/byte_data.h"
#include "yoso/tasks/task.h"

namespace yoso::tasks {

/// The entries of the table of tasks (registry.cpp), each from a file of its own.
TaskKind glue_task();
TaskKind image_task();
TaskKind labelled_text_task();
TaskKind listops_task();
TaskKind masked_language_task();
TaskKind pathfinder_task();
TaskKind retrieval_task();
TaskKind text_task();

/// Fills the functions of an entry from its options, the function that opens its data and, for
/// tasks that can be prepared, the function that describes the data.
///
/// `Options` is an aggregate with two members, which both get the section without `name`:
///   void fields(config::FieldVisitor&)          lists the options
///   void resolve(const config::Tree& section)   makes paths absolute and checks what depends on
///                                               several options
/// `open` makes the task from (options, experiment, log), or from (options, model, log) where that
/// is all it needs.
template <class Options, class Open>
TaskKind make_kind(TaskKind kind, Open open, ByteData (*data)(const Options&, Log&) = nullptr) {
  const auto read = [](const config::Tree& section) {
    config::Tree written = section.is_map() ? section : config::Tree::map(section.origin);
    std::erase_if(written.entries, [](const auto& entry) { return entry.first == "name"; });
    Options options;
    config::read(written, options, "task");
    options.resolve(written);
    return options;
  };
  kind.describe = [](config::FieldVisitor& visitor) { Options{}.fields(visitor); };
  kind.resolve = [read, name = kind.name](const config::Tree& section) {
    config::Tree resolved = config::Tree::map(section.origin);
    resolved["name"] = config::Tree::text(name);
    for (auto& entry : config::write(read(section)).entries)
      resolved.entries.push_back(std::move(entry));
    return resolved;
  };
  kind.open = [read, open](const config::Experiment& experiment,
                           Log& log) -> std::unique_ptr<Task> {
    if constexpr (std::is_invocable_v<Open, const Options&, const config::ModelConfig&, Log&>) {
      return open(read(experiment.task), experiment.model, log);
    } else {
      return open(read(experiment.task), experiment, log);
    }
  };
  if (data != nullptr) {
    kind.prepare = [read, data](const config::Tree& section, const PrepareRequest& request,
                                Log& log) {
      return prepare_rows(data(read(section), log), request, log);
    };
  }
  return kind;
}

}  // namespace yoso::tasks
