#include "yoso/report/axis.h"

#include <algorithm>
#include <cmath>

#include "yoso/util/format.h"

namespace yoso::report {
namespace {

/// The smallest round step with which a range takes at most `max_ticks` ticks.
double round_step(double range, int max_ticks) {
  const double least = range / std::max(1, max_ticks - 1);
  const double power = std::pow(10, std::floor(std::log10(least)));
  for (double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= least * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

int digits_after_point(double step) {
  return std::max(0, static_cast<int>(-std::floor(std::log10(step) + 1e-9)));
}

}  // namespace

Axis make_axis(double low, double high, int max_ticks, bool whole_steps) {
  const double largest = std::max(std::abs(low), std::abs(high));
  if (high - low <= 1e-9 * largest) {  // or the labels of ticks would be equal
    const double around = largest == 0 ? 1 : 0.1 * largest;
    high += around;
    low -= around;
  }
  Axis axis{low, high, round_step(high - low, max_ticks), {}};
  // Counted in steps, so that rounding errors do not add up along the axis.
  double first = std::ceil(low / axis.step - 1e-6);
  double last = std::floor(high / axis.step + 1e-6);
  if (whole_steps) {
    first = std::floor(low / axis.step + 1e-6);
    last = std::ceil(high / axis.step - 1e-6);
    axis.low = first * axis.step;
    axis.high = last * axis.step;
  }
  for (double i = first; i <= last; ++i) axis.ticks.push_back(i * axis.step);
  return axis;
}

Axis make_log_axis(double low, double high, int max_ticks, bool whole_steps, Scale scale) {
  if (high <= low * (1 + 1e-9)) {
    high *= 2;
    low /= 2;
  }
  const double unit = std::log(scale == Scale::log2 ? 2 : 10);
  // Powers between two ticks.
  const double stride =
      std::max(1.0, std::ceil(std::log(high / low) / unit / std::max(1, max_ticks - 1) - 1e-9));
  double first = std::ceil(std::log(low) / unit / stride - 1e-9);
  double last = std::floor(std::log(high) / unit / stride + 1e-9);
  const auto tick = [&](double i) { return std::exp(i * stride * unit); };
  if (whole_steps) {
    first = std::floor(std::log(low) / unit / stride + 1e-9);
    last = std::ceil(std::log(high) / unit / stride - 1e-9);
    low = tick(first);
    high = tick(last);
  }
  Axis axis{low, high, tick(1), {}, scale};
  for (double i = first; i <= last; ++i) axis.ticks.push_back(tick(i));
  return axis;
}

std::string tick_text(const Axis& axis, double tick, bool percent) {
  if (percent) return format_fixed(100 * tick, digits_after_point(100 * axis.step)) + " %";
  if (tick == 0) return "0";
  if (axis.scale != Scale::linear) {
    return tick > 0.9 && tick < 1e9 ? format_count(std::llround(tick))
                                    : format_significant(tick, 3);
  }
  const double largest = std::max(std::abs(axis.low), std::abs(axis.high));
  if (axis.step < 1e-5 || largest >= 1e15) return format_significant(tick, 3);
  if (axis.step < 1) return format_fixed(tick, digits_after_point(axis.step));
  if (largest >= 100'000 && axis.step >= 1000) return format_count(std::llround(tick / 1000)) + "k";
  return format_count(std::llround(tick));
}

}  // namespace yoso::report
