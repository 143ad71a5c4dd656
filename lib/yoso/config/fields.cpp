#include "yoso/config/fields.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "yoso/util/text.h"

namespace yoso::config {
namespace {

// Beyond this a step count is no longer exact in a double.
constexpr double kMostSteps = 0x1.0p53;

// In the order of Duration::Unit.
constexpr std::array<std::string_view, 4> kUnits = {"step", "epoch", "token", "hour"};

std::string show(int64_t value) { return std::to_string(value); }
std::string show(double value) { return format_number(value); }

template <class T>
std::string range_text(const Range<T>& range) {
  const bool from = range.min != std::numeric_limits<T>::lowest();
  const bool to = range.max != std::numeric_limits<T>::max();
  if (from && to) {
    return "in " + std::string(range.above_min ? "(" : "[") + show(range.min) + ", " +
           show(range.max) + (range.below_max ? ")" : "]");
  }
  if (from) return (range.above_min ? "> " : ">= ") + show(range.min);
  if (to) return (range.below_max ? "< " : "<= ") + show(range.max);
  return {};
}

}  // namespace

int64_t Duration::steps(int64_t steps_per_epoch) const {
  if (unit == Unit::steps) return static_cast<int64_t>(count);
  // 0.1 epochs of 30 steps are 3 steps, whatever the last bit of the product.
  const double exact = count * static_cast<double>(steps_per_epoch);
  return static_cast<int64_t>(std::min(std::ceil(exact * (1 - 1e-12)), kMostSteps));
}

std::string to_text(const Duration& duration) {
  return format_number(duration.count) + " " +
         std::string(kUnits[static_cast<size_t>(duration.unit)]) + "s";
}

std::optional<Duration> parse_duration(std::string_view text) {
  Duration duration;
  const size_t space = text.find(' ');
  std::string_view unit = "steps";
  if (space != std::string_view::npos) {
    unit = text.substr(space);
    unit.remove_prefix(std::min(unit.find_first_not_of(' '), unit.size()));
  }
  if (unit.ends_with('s')) unit.remove_suffix(1);
  const auto known = std::find(kUnits.begin(), kUnits.end(), unit);
  if (known == kUnits.end()) return std::nullopt;
  duration.unit = static_cast<Duration::Unit>(known - kUnits.begin());
  const std::optional<double> count = parse_number(text.substr(0, space));
  if (!count || *count < 0) return std::nullopt;
  const bool whole =
      duration.unit == Duration::Unit::steps || duration.unit == Duration::Unit::tokens;
  if (whole && (std::trunc(*count) != *count || *count > kMostSteps)) return std::nullopt;
  duration.count = *count;
  return duration;
}

std::string to_text(const IntRange& range) { return range_text(range); }
std::string to_text(const RealRange& range) { return range_text(range); }

}  // namespace yoso::config
