#include "yoso/train/training_duration.h"

#include <cmath>

namespace yoso::train {

TrainingDuration::TrainingDuration(const config::Duration& duration, int64_t steps_per_epoch) {
  constexpr double kSecondsPerHour = 3600;
  switch (duration.unit) {
    case config::Duration::Unit::tokens:
      unit_ = Unit::tokens;
      length_ = duration.count;
      break;
    case config::Duration::Unit::hours:
      unit_ = Unit::seconds;
      length_ = duration.count * kSecondsPerHour;
      break;
    default:
      unit_ = Unit::steps;
      length_ = static_cast<double>(duration.steps(steps_per_epoch));
  }
}

const char* TrainingDuration::unit() const {
  return unit_ == Unit::steps ? "steps" : unit_ == Unit::tokens ? "tokens" : "s";
}

double TrainingDuration::at(const TrainingPosition& position) const {
  if (unit_ == Unit::steps) return static_cast<double>(position.step);
  return unit_ == Unit::tokens ? static_cast<double>(position.tokens) : position.seconds;
}

bool TrainingDuration::passed(const TrainingPosition& before, const TrainingPosition& after) const {
  return length_ > 0 && std::floor(at(after) / length_) > std::floor(at(before) / length_);
}

}  // namespace yoso::train
