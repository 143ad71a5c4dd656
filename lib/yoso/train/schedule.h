#pragma once

#include <cstdint>
#include <string>

#include "yoso/config/experiment.h"

namespace yoso::train {

/// Learning rate over a run: linear warm-up to `lr`, then `constant`, `linear` or `cosine` down
/// towards `min_lr` at the end, or `inverse_sqrt` (lr · sqrt(warmup / step), Vaswani et al. 2017
/// section 5.3). A pure function of the step.
class Schedule {
 public:
  Schedule(const config::TrainConfig& config, int64_t total_steps, int64_t steps_per_epoch);

  /// Rate of update number `step`, counted from 1. The first update of a warm-up and the last of a
  /// decay are not zero.
  double rate(int64_t step) const;

 private:
  std::string shape_;
  double lr_, min_lr_;
  int64_t warmup_, total_;
};

}  // namespace yoso::train
