#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "yoso/config/experiment.h"
#include "yoso/tasks/scores.h"
#include "yoso/tasks/task.h"

namespace yoso::train {

/// The result of one pass over a split.
struct Evaluation {
  double loss = 0;  // mean
  tasks::Scores scores;
  int64_t examples = 0;

  /// The score of that name, or the loss for "loss". NaN when there is none.
  double score(const std::string& name) const;
};

/// "loss 2.1034 · accuracy 31.4 %", for people.
std::string describe(const Evaluation& evaluation);

/// {"rows": examples, "loss": ..., and one key for each score}; null for nothing. NaN and infinite
/// values become null.
nlohmann::ordered_json to_json(const std::optional<Evaluation>& evaluation);

/// The reverse of to_json; nlohmann::json::exception for any other JSON.
std::optional<Evaluation> evaluation_from_json(const nlohmann::ordered_json& json);

/// The dev score that selects the best checkpoint.
struct Selection {
  std::string metric;
  bool larger_is_better = true;

  /// By how much `score` is better than `best`.
  double gain(double score, double best) const {
    return larger_is_better ? score - best : best - score;
  }
};

/// The score that train.select names for a task. UsageError: the task has no such score.
Selection selection(const config::TrainConfig& config, const tasks::Task& task);

}  // namespace yoso::train
