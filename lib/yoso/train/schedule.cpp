#include "yoso/train/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace yoso::train {

Schedule::Schedule(const config::TrainConfig& config, int64_t total_steps, int64_t steps_per_epoch)
    : shape_(config.schedule),
      lr_(config.lr),
      min_lr_(config.min_lr),
      warmup_(config.warmup.steps(steps_per_epoch)),
      total_(total_steps) {}

double Schedule::rate(int64_t step) const {
  if (step <= warmup_) return lr_ * static_cast<double>(step) / static_cast<double>(warmup_);
  if (shape_ == "constant") return lr_;
  if (shape_ == "inverse_sqrt") {
    const double reference = static_cast<double>(std::max<int64_t>(warmup_, 1));
    return std::max(min_lr_, lr_ * std::sqrt(reference / static_cast<double>(step)));
  }
  // From 1 at the first update after the warm-up; the first update past the end would be 0.
  const double left = static_cast<double>(std::max<int64_t>(total_ - step + 1, 0)) /
                      static_cast<double>(std::max<int64_t>(total_ - warmup_, 1));
  const double factor =
      shape_ == "cosine" ? 0.5 * (1 + std::cos(std::numbers::pi * (1 - left))) : left;
  return min_lr_ + (lr_ - min_lr_) * factor;
}

}  // namespace yoso::train
