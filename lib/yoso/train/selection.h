#pragma once

#include <string>

#include "yoso/config/experiment.h"
#include "yoso/tasks/task.h"

namespace yoso::train {

/// The dev score that names the best checkpoint.
struct Selection {
  std::string metric;
  bool larger_is_better = true;

  /// By how much `score` is better than `best`.
  double gain(double score, double best) const {
    return larger_is_better ? score - best : best - score;
  }
};

/// What train.select means for a task. UsageError: the task has no such score.
Selection selection(const config::TrainConfig& config, const tasks::Task& task);

}  // namespace yoso::train
