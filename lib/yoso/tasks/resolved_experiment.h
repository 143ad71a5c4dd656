#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "yoso/config/experiment.h"
#include "yoso/tasks/task.h"
#include "yoso/util/log.h"

namespace yoso::tasks {

/// An experiment with every default filled in and every `auto` of its attention replaced. It is
/// made once, and all parts of the program use it.
struct ResolvedExperiment {
  config::Experiment experiment;
  std::vector<config::Tree> attention;  // one resolved map a layer

  uint64_t seed() const { return static_cast<uint64_t>(experiment.run.seed); }

  /// The whole experiment as one tree, as in `config.yaml` and printed by `--dump-config`.
  config::Tree tree() const;

  /// Only what differs from the defaults; `attention`, `task` and `corpus` as they were written.
  config::Tree minimal_tree() const;

  config::Tree written_attention, written_task, written_corpus;
};

/// Reads, checks and resolves a configuration that inherits nothing, such as that of a run or a
/// checkpoint. Keys that its version did not know yet have their defaults. UsageError with all
/// problems found. (train::resolve_experiment adds what an experiment inherits from a checkpoint.)
ResolvedExperiment resolve(const config::Tree& tree);

/// The same without the sections `task` and `corpus`, for a model that has no task yet.
ResolvedExperiment resolve_model(const config::Tree& tree);

/// Opens the task's data; `log` must outlive the task. DataError names file and line.
std::unique_ptr<Task> open_task(const ResolvedExperiment& resolved, Log& log);

/// The model of an experiment, on a device, initialised from the run's seed.
std::shared_ptr<torch::nn::Module> make_model(const ResolvedExperiment& resolved, const Task& task,
                                              c10::Device device);

/// A short name for tables: the attention kind and the options that differ from its defaults, as in
/// "yoso conv_window=5"; the names of different layers are joined by " + ".
std::string attention_label(const ResolvedExperiment& resolved);

}  // namespace yoso::tasks
