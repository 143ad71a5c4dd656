#pragma once

#include <cstdint>
#include <optional>

#include "yoso/config/experiment.h"
#include "yoso/train/training_duration.h"

namespace yoso::train {

/// Learning rate over a run: linear warm-up to `lr`, then by `train.schedule`:
///   constant       lr
///   linear         linearly down towards min_lr at the end
///   cosine         half a cosine down towards min_lr at the end
///   inverse_sqrt   lr · sqrt(warmup / step), at least min_lr (Vaswani et al. 2017, section 5.3)
///   one_cycle      PyTorch's OneCycleLR with linear annealing, as the original suite trains: from
///                  lr/25 up to lr, down to lr/250,000 at the last update, with beta1 from 0.95 to
///                  0.85 and back
/// A pure function of the positions at which an update begins and ends.
class Schedule {
 public:
  /// Warm-up and duration are counted in the same unit (config::validate). UsageError: the warm-up
  /// is longer than the duration.
  Schedule(const config::TrainConfig& config, int64_t steps_per_epoch);

  /// Learning rate of the update between two positions. Those of the first update of a warm-up and
  /// of the last update of a decay are not zero.
  double rate(const TrainingPosition& before, const TrainingPosition& after) const;

  /// AdamW's beta1 for that update; nothing when the schedule does not change it.
  std::optional<double> beta1(const TrainingPosition& before, const TrainingPosition& after) const;

  /// The same for update number `step`, from 1, when the duration is counted in updates.
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
