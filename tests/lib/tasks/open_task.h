#pragma once

#include <memory>

#include "yoso/tasks/task.h"

namespace yoso::testing {

/// The task of a section as written, for a model of that size.
inline std::unique_ptr<tasks::Task> open_task(const config::Tree& section,
                                              const config::ModelConfig& model, Log& log) {
  const tasks::TaskKind& kind = tasks::find_task(section);
  config::Experiment experiment;
  experiment.model = model;
  experiment.task = kind.resolve(section);
  return kind.open(experiment, log);
}

}  // namespace yoso::testing
