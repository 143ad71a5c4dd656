#pragma once

#include <string>
#include <vector>

namespace yoso::report {

/// The range of an axis and its ticks, at round numbers (1, 2 or 5 times a power of ten apart).
struct Axis {
  double low = 0;
  double high = 1;
  double step = 1;  // between two ticks
  std::vector<double> ticks;

  /// Where a value lies: 0 at `low`, 1 at `high`.
  double place(double value) const { return (value - low) / (high - low); }
};

/// An axis over [low, high] with at most `max_ticks` ticks. With `whole_steps` it is widened to
/// begin and end at a tick. An empty range is widened around its value.
Axis make_axis(double low, double high, int max_ticks, bool whole_steps);

/// A tick's label, with as many digits as tell the axis' ticks apart: 0.25, 1,500, 200k; with
/// `percent` a fraction is written 25 %.
std::string tick_text(const Axis& axis, double tick, bool percent = false);

}  // namespace yoso::report
