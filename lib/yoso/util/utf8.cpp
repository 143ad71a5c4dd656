#include "yoso/util/utf8.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace yoso {
namespace {

struct Sequence {
  size_t length;     // bytes that belong together, at least 1
  bool well_formed;  // false: they are the beginning of a sequence at most
};

/// The sequence at the start of `text`, which is not empty (Unicode, table 3-7).
Sequence first_sequence(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {1, true};
  if (lead < 0xc2 || lead > 0xf4) return {1, false};
  const size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  const unsigned char low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;   // no overlong forms
  const unsigned char high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;  // no surrogates
  for (size_t i = 1; i < length; ++i) {
    const bool good =
        i < text.size() && byte(i) >= (i == 1 ? low : 0x80) && byte(i) <= (i == 1 ? high : 0xbf);
    if (!good) return {i, false};
  }
  return {length, true};
}

/// Bytes below 0x80 at the start of `text`, counted eight at a time.
size_t ascii_words(std::string_view text) {
  size_t at = 0;
  for (uint64_t word = 0; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    if ((word & 0x8080808080808080ULL) != 0) break;
  }
  return at;
}

}  // namespace

std::optional<size_t> find_bad_utf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    at += ascii_words(text.substr(at));
    // What is left of the eight bytes, sequence by sequence.
    for (const size_t end = std::min(at + 8, text.size()); at < end;) {
      const Sequence sequence = first_sequence(text.substr(at));
      if (!sequence.well_formed) return at;
      at += sequence.length;
    }
  }
  return std::nullopt;
}

std::string replace_bad_utf8(std::string_view text) {
  std::string result;
  while (const std::optional<size_t> bad = find_bad_utf8(text)) {
    result.append(text.substr(0, *bad)).append("\xef\xbf\xbd");
    text.remove_prefix(*bad);
    text.remove_prefix(first_sequence(text).length);
  }
  return result.append(text);
}

std::string one_line(std::string_view text) {
  static constexpr const char* kDigits = "0123456789abcdef";
  std::string line;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f) {
      line += c;
    } else if (c == '\n') {
      line += "\\n";
    } else {
      line += {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return line;
}

void append_utf8(std::string& text, char32_t code_point) {
  const auto put = [&text](char32_t byte) { text += static_cast<char>(byte); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xc0 | code_point >> 6);
    put(0x80 | (code_point & 0x3f));
  } else if (code_point < 0x10000) {
    put(0xe0 | code_point >> 12);
    put(0x80 | (code_point >> 6 & 0x3f));
    put(0x80 | (code_point & 0x3f));
  } else {
    put(0xf0 | code_point >> 18);
    put(0x80 | (code_point >> 12 & 0x3f));
    put(0x80 | (code_point >> 6 & 0x3f));
    put(0x80 | (code_point & 0x3f));
  }
}

}  // namespace yoso
