#include "yoso/util/format.h"

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cmath>
#include <cstdio>

namespace yoso {
namespace {

template <class... Args>
std::string print(const char* format, Args... args) {
  char text[400];  // %.*f of the largest double has 309 digits before the point
  int length = std::snprintf(text, sizeof text, format, args...);
  return {text, static_cast<size_t>(std::min<int>(length, sizeof text - 1))};
}

/// Three significant digits: 4.56, 45.6, 456. `value` is below 1000 after rounding.
std::string three_digits(double value) {
  return print("%.*f", value < 9.995 ? 2 : value < 99.95 ? 1 : 0, value);
}

/// All bytes but UTF-8's continuation bytes 10xxxxxx.
bool starts_code_point(char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }

}  // namespace

std::string format_fixed(double value, int digits) {
  if (std::isnan(value)) return "nan";
  const std::string text = print("%.*f", digits, value);
  const bool minus_zero = text[0] == '-' && text.find_first_not_of("-0.") == std::string::npos;
  return minus_zero ? text.substr(1) : text;
}

std::string format_significant(double value, int digits) {
  if (std::isnan(value)) return "nan";
  return print("%.*g", digits, value);
}

std::string format_count(int64_t value) {
  std::string text = print("%" PRId64, value);
  const int first = value < 0 ? 1 : 0;
  for (int at = static_cast<int>(text.size()) - 3; at > first; at -= 3) text.insert(at, ",");
  return text;
}

std::string format_short(double value) {
  if (!std::isfinite(value)) return format_fixed(value, 0);
  if (value < 0) return "-" + format_short(-value);
  static constexpr std::array<const char*, 5> kSuffix = {"", "k", "M", "G", "T"};
  size_t power = 0;
  for (; value >= 999.5 && power + 1 < kSuffix.size(); ++power) value /= 1000;
  const bool whole = power == 0 && value == std::floor(value);
  return (whole ? print("%.0f", value) : three_digits(value)) + kSuffix[power];
}

std::string format_bytes(int64_t bytes) {
  static constexpr std::array<const char*, 5> kUnit = {" B", " KiB", " MiB", " GiB", " TiB"};
  double value = static_cast<double>(bytes);
  size_t power = 0;
  for (; value >= 999.5 && power + 1 < kUnit.size(); ++power) value /= 1024;
  return (power == 0 ? print("%.0f", value) : three_digits(value)) + kUnit[power];
}

std::string format_duration(double seconds) {
  if (!(seconds >= 0 && seconds < 1e9)) return "?";
  if (seconds < 0.995) return print("%.2f s", seconds);
  if (seconds < 59.95) return print("%.1f s", seconds);
  const int64_t total = std::llround(seconds);
  const int64_t s = total % 60, m = total / 60 % 60, h = total / 3600;
  if (h == 0) return print("%" PRId64 ":%02" PRId64, m, s);
  if (h < 24) return print("%" PRId64 ":%02" PRId64 ":%02" PRId64, h, m, s);
  return print("%" PRId64 "d %02" PRId64 ":%02" PRId64 ":%02" PRId64, h / 24, h % 24, m, s);
}

std::string format_percent(double fraction) { return format_fixed(100 * fraction, 1) + " %"; }

size_t display_width(std::string_view text) {
  return std::count_if(text.begin(), text.end(), starts_code_point);
}

std::string cut_to_width(std::string_view text, size_t width) {
  if (display_width(text) <= width) return std::string(text);
  size_t end = 0;
  for (size_t columns = 0; end < text.size(); ++end) {
    if (starts_code_point(text[end]) && ++columns == width) break;
  }
  return width == 0 ? "" : std::string(text.substr(0, end)) + "…";
}

}  // namespace yoso
