#pragma once

#include <cstdint>
#include <string>

#include "yoso/config/fields.h"

namespace yoso::train {

/// How far a run is, on each of the clocks that durations run on.
struct Position {
  int64_t step = 0;    // updates done
  int64_t tokens = 0;  // real tokens trained on
  double seconds = 0;  // since the first start, over all sittings
};

/// A duration of the configuration on its clock: updates, tokens or seconds. What happens at a
/// position follows from that position and the one before, so it happens the same in a resumed run.
class Span {
 public:
  Span(const config::Duration& duration, int64_t steps_per_epoch);

  double length() const { return length_; }

  /// "steps", "tokens", "s".
  const char* unit() const;

  /// How much of the clock has passed.
  double at(const Position& position) const;

  /// Whether the whole span has passed.
  bool reached(const Position& position) const { return at(position) >= length_; }

  /// Whether the end of one of the spans that follow each other from the beginning on lies after
  /// `before` and not after `after`.
  bool passed(const Position& before, const Position& after) const;

  /// Whether the number of updates is known beforehand.
  bool counts_steps() const { return clock_ == Clock::steps; }

 private:
  enum class Clock { steps, tokens, seconds };
  Clock clock_;
  double length_;
};

}  // namespace yoso::train
