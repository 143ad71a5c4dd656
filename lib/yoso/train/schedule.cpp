#include "yoso/train/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "yoso/util/error.h"
#include "yoso/util/format.h"

namespace yoso::train {

Schedule::Schedule(const config::TrainConfig& config, int64_t steps_per_epoch)
    : shape_(config.schedule),
      lr_(config.lr),
      min_lr_(config.min_lr),
      warmup_(config.warmup, steps_per_epoch),
      total_(config.duration, steps_per_epoch) {
  if (warmup_.length() <= total_.length()) return;
  throw UsageError("train.warmup: " + format_count(static_cast<int64_t>(warmup_.length())) + " " +
                   warmup_.unit() + " exceed the duration of " +
                   format_count(static_cast<int64_t>(total_.length())));
}

double Schedule::rate(const TrainingPosition& before, const TrainingPosition& after) const {
  constexpr double kStartDivisor = 25, kEndDivisor = 250'000;  // PyTorch's defaults
  if (shape_ == config::LrSchedule::one_cycle) {
    return one_cycle(before, after, lr_ / kStartDivisor, lr_, lr_ / kEndDivisor);
  }
  const double now = total_.at(after);
  const double update = now - total_.at(before);
  const double warmup = warmup_.length();
  if (warmup > 0 && now <= warmup) return lr_ * now / warmup;
  if (shape_ == config::LrSchedule::constant) return lr_;
  if (shape_ == config::LrSchedule::inverse_sqrt) {
    return std::max(min_lr_, lr_ * std::sqrt(std::max(warmup, update) / now));
  }
  // `left` is 1 at the first update after the warm-up and would be 0 at the first one past the end.
  const double left = std::max(total_.length() - now + update, 0.0) /
                      std::max(total_.length() - warmup, std::max(update, 1.0));
  const double factor = shape_ == config::LrSchedule::cosine
                            ? 0.5 * (1 + std::cos(std::numbers::pi * (1 - left)))
                            : left;
  return min_lr_ + (lr_ - min_lr_) * factor;
}

std::optional<double> Schedule::beta1(const TrainingPosition& before,
                                      const TrainingPosition& after) const {
  if (shape_ != config::LrSchedule::one_cycle) return {};
  return one_cycle(before, after, 0.95, 0.85, 0.95);
}

/// A value that changes linearly from `start` to `peak`, reached at the last update of the warm-up,
/// then linearly to `end`.
double Schedule::one_cycle(const TrainingPosition& before, const TrainingPosition& after,
                           double start, double peak, double end) const {
  const double now = total_.at(before);
  const double update = total_.at(after) - now;
  const double turn = std::max(warmup_.length() - update, 0.0);
  if (now <= turn) return turn > 0 ? start + (peak - start) * now / turn : peak;
  const double last = std::max(total_.length() - update, turn + update);
  return peak + (end - peak) * std::min((now - turn) / (last - turn), 1.0);
}

}  // namespace yoso::train
