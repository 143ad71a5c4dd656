#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace yoso {

/// Offset of the first byte that is not part of well-formed UTF-8 (RFC 3629); nothing when all are.
std::optional<size_t> find_bad_utf8(std::string_view text);

/// Replaces each maximal part of a broken sequence, or byte that cannot begin one, by U+FFFD, as
/// Unicode recommends (chapter 3.9) and Python's errors="replace" does.
std::string replace_bad_utf8(std::string_view text);

/// The text on one line: control characters, which foreign files may hold, become `\n`, `\x1b`, ...
std::string one_line(std::string_view text);

/// Returns the code point at `at` and moves `at` behind it. The text must be well-formed.
inline char32_t decode_utf8(const char*& at) {
  const auto next = [&at] { return static_cast<unsigned char>(*at++); };
  const char32_t lead = next();
  if (lead < 0x80) return lead;
  if (lead < 0xe0) return (lead & 0x1f) << 6 | (next() & 0x3f);
  if (lead < 0xf0) {
    const char32_t high = (lead & 0x0f) << 12 | (next() & 0x3f) << 6;
    return high | (next() & 0x3f);
  }
  const char32_t high = (lead & 0x07) << 18 | (next() & 0x3f) << 12;
  const char32_t middle = high | (next() & 0x3f) << 6;
  return middle | (next() & 0x3f);
}

/// Appends a code point (no surrogate, at most U+10FFFF).
void append_utf8(std::string& text, char32_t code_point);

}  // namespace yoso
