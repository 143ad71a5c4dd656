#pragma once

#include <cstdint>
#include <optional>

#include "yoso/config/experiment.h"
#include "yoso/train/training_duration.h"

namespace yoso::train {

/// Learning rate over a run: linear warm-up to `lr`, then `constant`, `linear` or `cosine` down
/// towards `min_lr` at the end, or `inverse_sqrt` (lr · sqrt(warmup / step), Vaswani et al. 2017
/// section 5.3). `one_cycle` is PyTorch's OneCycleLR with linear annealing, as the original suite
/// trains: from lr/25 up to lr, down to lr/250,000 at the last update, with beta1 from 0.95 to 0.85
/// and back. A pure function of where an update begins and ends on the clock of the duration.
class Schedule {
 public:
  /// Warm-up and duration run on the same clock (config::validate). UsageError: the warm-up, in
  /// epochs or steps, is the longer one.
  Schedule(const config::TrainConfig& config, int64_t steps_per_epoch);

  /// Rate of the update between two positions. The first update of a warm-up and the last of a
  /// decay are not zero.
  double rate(const TrainingPosition& before, const TrainingPosition& after) const;

  /// AdamW's beta1 for that update, where the schedule moves it.
  std::optional<double> beta1(const TrainingPosition& before, const TrainingPosition& after) const;

  /// Of update number `step`, counted from 1, where the duration is counted in updates.
  double rate(int64_t step) const { return rate({.step = step - 1}, {.step = step}); }
  std::optional<double> beta1(int64_t step) const {
    return beta1({.step = step - 1}, {.step = step});
  }

 private:
  double one_cycle(const TrainingPosition& before, const TrainingPosition& after, double start,
                   double peak, double end) const;

  config::LrSchedule shape_;
  double lr_, min_lr_;
  TrainingDuration warmup_, total_;
};

}  // namespace yoso::train
