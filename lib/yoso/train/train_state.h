#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "yoso/train/training_duration.h"
#include "yoso/train/world.h"

namespace yoso::train {

/// A loss over many batches: the sum and the weight to divide it by, and the same for a second loss
/// where there is one (tasks::Output).
struct LossSums {
  double sum = 0;
  int64_t weight = 0;
  double auxiliary_sum = 0;
  int64_t auxiliary_weight = 0;  // 0: there is no second loss

  /// The sum of both means.
  double mean() const {
    double mean = sum / static_cast<double>(weight);
    if (auxiliary_weight > 0) mean += auxiliary_sum / static_cast<double>(auxiliary_weight);
    return mean;
  }

  LossSums& operator+=(const LossSums& other) {
    sum += other.sum;
    weight += other.weight;
    auxiliary_sum += other.auxiliary_sum;
    auxiliary_weight += other.auxiliary_weight;
    return *this;
  }
};

/// Sums since the last record of metrics.jsonl.
struct LogWindow {
  LossSums loss;
  int64_t tokens = 0;         // valid tokens, padding not counted
  int64_t padded_tokens = 0;  // padding counted
  double seconds = 0;
};

/// Everything beside weights and moments that a resumed run needs, as in `state.json` of a
/// checkpoint. Random streams are seeded by (seed, step), so the step is their whole state.
struct TrainState {
  int64_t step = 0;      // updates done
  int64_t position = 0;  // examples of the training split consumed, over all epochs
  int64_t evaluated_step = 0;
  std::optional<int64_t> best_step;
  double best_score = 0;
  int64_t evaluations_without_improvement = 0;  // since the best one
  int64_t tokens = 0;                           // valid tokens trained on
  double train_seconds = 0;                     // spent in updates
  double elapsed_seconds = 0;                   // since the first start, over all resumes
  double update_seconds = 0;                    // elapsed at the end of the last update
  int64_t tokens_before = 0;                    // `tokens` before the last update
  double seconds_before = 0;                    // `update_seconds` before the last update
  double lr = 0;                                // of the last update
  LogWindow window;
  int64_t seed = 0;
  int64_t world_size = 1;
  std::string data_fingerprint;
  std::string version;

  /// The positions at which the last update ended and began.
  TrainingPosition position_now() const { return {step, tokens, update_seconds}; }
  TrainingPosition position_before() const { return {step - 1, tokens_before, seconds_before}; }
};

nlohmann::ordered_json to_json(const TrainState& state);

/// The reverse of to_json. DataError naming `path` when a key is missing or of another type.
TrainState state_from_json(const nlohmann::ordered_json& json, const std::string& path);

}  // namespace yoso::train
