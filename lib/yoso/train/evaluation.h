#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "yoso/config/experiment.h"
#include "yoso/tasks/scores.h"
#include "yoso/tasks/task.h"

namespace yoso::train {

/// The result of one pass over a split.
struct Evaluation {
  double loss = 0;  // mean
  tasks::Scores scores;
  int64_t examples = 0;
  std::string positive = {};  // the class that the score f1 is of; empty: there is none
  /// Names of the classes and their scores; empty where there are none.
  std::vector<std::pair<std::string, tasks::metrics::ClassScores>> classes = {};

  /// The score of that name, or the loss for "loss". NaN when there is none.
  double score(const std::string& name) const;
};

/// A score's name for people: "f1 of spam" where it is of one class.
std::string shown_name(const std::string& score, const std::string& positive);

/// "loss 2.1034 · accuracy 31.4 %", for people.
std::string describe(const Evaluation& evaluation);

/// {"rows": examples, "loss": ..., and one key for each score, "positive": the class of f1}; null for
/// nothing. NaN and infinite values become null.
nlohmann::ordered_json to_json(const std::optional<Evaluation>& evaluation);

/// The reverse of to_json; nlohmann::json::exception for any other JSON.
std::optional<Evaluation> evaluation_from_json(const nlohmann::ordered_json& json);

/// [{"class": name, "precision": ..., "recall": ..., "f1": ..., "support": examples}, ...].
nlohmann::ordered_json classes_to_json(const Evaluation& evaluation);

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
