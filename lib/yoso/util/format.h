#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace yoso {

/// Fixed-point text with `digits` after the point; "nan", "inf" and "-inf" as such, never "-0".
std::string format_fixed(double value, int digits);

/// `digits` significant digits, scientific where that is shorter: 0.00025, 1.2e-07.
std::string format_significant(double value, int digits);

/// With thousands separators: 96,000.
std::string format_count(int64_t value);

/// Three significant digits with a decimal suffix: 950, 12.3k, 4.56M, 7.89G.
std::string format_short(double value);

/// Binary units: 512 B, 1.50 GiB.
std::string format_bytes(int64_t bytes);

/// 0.42 s, 8.3 s, 1:05 (minutes), 2:03:04 (hours), 3d 04:05:06.
std::string format_duration(double seconds);

/// Columns that UTF-8 text takes on a terminal, counted as one a code point (no wide characters are
/// used here).
size_t display_width(std::string_view text);

/// The text's first `width` columns, the last of them `…` when something is cut off.
std::string cut_to_width(std::string_view text, size_t width);

/// A fraction as percent with one digit: 0.3141 → 31.4 %.
std::string format_percent(double fraction);

}  // namespace yoso
