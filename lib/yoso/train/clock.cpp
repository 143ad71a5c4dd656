#include "yoso/train/clock.h"

#include <cmath>

namespace yoso::train {

Span::Span(const config::Duration& duration, int64_t steps_per_epoch) {
  constexpr double kSecondsPerHour = 3600;
  switch (duration.unit) {
    case config::Duration::Unit::tokens:
      clock_ = Clock::tokens;
      length_ = duration.count;
      break;
    case config::Duration::Unit::hours:
      clock_ = Clock::seconds;
      length_ = duration.count * kSecondsPerHour;
      break;
    default:
      clock_ = Clock::steps;
      length_ = static_cast<double>(duration.steps(steps_per_epoch));
  }
}

const char* Span::unit() const {
  return clock_ == Clock::steps ? "steps" : clock_ == Clock::tokens ? "tokens" : "s";
}

double Span::at(const Position& position) const {
  if (clock_ == Clock::steps) return static_cast<double>(position.step);
  return clock_ == Clock::tokens ? static_cast<double>(position.tokens) : position.seconds;
}

bool Span::passed(const Position& before, const Position& after) const {
  return length_ > 0 && std::floor(at(after) / length_) > std::floor(at(before) / length_);
}

}  // namespace yoso::train
