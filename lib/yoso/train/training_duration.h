#pragma once

#include <cstdint>
#include <string>

#include "yoso/config/fields.h"

namespace yoso::train {

/// The progress of a run, in each unit that durations are counted in.
struct TrainingPosition {
  int64_t step = 0;    // updates done
  int64_t tokens = 0;  // valid tokens trained on, padding not counted
  double seconds = 0;  // since the first start, over all resumes
};

/// A duration of the configuration, counted in updates, tokens or seconds. Whether it has passed
/// depends on a position and the one before it alone, so a resumed run acts at the same positions.
class TrainingDuration {
 public:
  TrainingDuration(const config::Duration& duration, int64_t steps_per_epoch);

  /// In the unit of this duration.
  double length() const { return length_; }

  /// "steps", "tokens" or "s".
  const char* unit() const;

  /// The position in the unit of this duration.
  double at(const TrainingPosition& position) const;

  /// Whether the whole duration has passed.
  bool reached(const TrainingPosition& position) const { return at(position) >= length_; }

  /// Whether a multiple of this duration lies in (before, after].
  bool passed(const TrainingPosition& before, const TrainingPosition& after) const;

  /// Whether the number of updates is known beforehand.
  bool counts_steps() const { return unit_ == Unit::steps; }

 private:
  enum class Unit { steps, tokens, seconds };
  Unit unit_;
  double length_;
};

}  // namespace yoso::train
