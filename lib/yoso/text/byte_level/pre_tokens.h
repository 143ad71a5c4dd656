#pragma once

#include <cstdint>
#include <string_view>

#include "yoso/text/unicode/code_points.h"

namespace yoso::text {

/// Cuts text into the pieces that byte-level BPE never joins, by the rule of GPT-2:
///   's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
/// with the character classes of the reference's regular expressions.
class PreTokenRule {
 public:
  PreTokenRule();

  /// The end of the piece that begins at `at`, which is before `end`. The text is well-formed
  /// UTF-8.
  const char* next(const char* at, const char* end) const;

 private:
  enum Class : uint8_t { kOther = 0, kLetter = 1, kNumber = 2, kWhite = 3 };

  /// The class of the character at `at`, which is moved behind it.
  uint8_t take(const char*& at) const;
  const char* skip(const char* at, const char* end, uint8_t of_class) const;
  const char* white_space(const char* at, const char* end) const;

  uint8_t ascii_[128] = {};
  CodePointFlags classes_;
};

}  // namespace yoso::text
