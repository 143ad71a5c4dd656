#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "yoso/report/chart.h"

namespace yoso::report {

/// The range of an axis and its ticks: at round numbers (1, 2 or 5 times a power of ten apart), or
/// at powers of two or ten where the scale is logarithmic.
struct Axis {
  double low = 0;
  double high = 1;
  double step = 1;  // between two ticks; their ratio where the scale is logarithmic
  std::vector<double> ticks;
  Scale scale = Scale::linear;

  /// The position of a value along the axis: 0 at `low`, 1 at `high`.
  double position(double value) const {
    if (scale == Scale::linear) return (value - low) / (high - low);
    return std::log(value / low) / std::log(high / low);
  }
};

/// An axis over [low, high] with at most `max_ticks` ticks. With `whole_steps` it is widened to
/// begin and end at a tick. An empty range is widened around its value.
Axis make_axis(double low, double high, int max_ticks, bool whole_steps);

/// An axis over [low, high], 0 < low, with at most `max_ticks` ticks (two more with `whole_steps`,
/// which widens as above). The ratio of neighbouring ticks is a constant power of the scale's base.
Axis make_log_axis(double low, double high, int max_ticks, bool whole_steps, Scale scale);

/// A tick's label, with just enough digits to distinguish the axis' ticks: `0.25`, `1,500`, `200k`.
/// With `percent` a fraction is written `25 %`.
std::string tick_text(const Axis& axis, double tick, bool percent = false);

}  // namespace yoso::report
