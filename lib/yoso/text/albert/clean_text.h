#pragma once

#include <string>
#include <string_view>

#include "yoso/text/unicode/code_points.h"

namespace yoso::text {

/// What Hugging Face's ALBERT does to a text before sentencepiece: white space collapsed and
/// stripped, `` and '' made ", compatibility decomposition (NFKD), characters with a combining
/// class dropped, lower case.
class AlbertCleaner {
 public:
  /// `keep_accents`: neither decomposition nor dropping.
  explicit AlbertCleaner(bool keep_accents);

  /// Replaces `clean` by the cleaned text.
  void apply(std::string_view text, std::string& clean) const;

  /// Whether Python's str.isdigit takes a character for a digit.
  bool is_digit(char32_t c) const { return (flags_[c] & kDigit) != 0; }

 private:
  enum Flag : uint8_t {
    kDropped = 1,
    kWhite = 2,
    kMapped = 4,
    kSigma = 8,
    kCased = 16,
    kIgnorable = 32,  // skipped when the case of a sigma is decided
    kDigit = 64,
  };

  std::string collapse(std::string_view text) const;
  void map(std::string_view text, std::u32string& clean) const;
  bool is_final(const std::u32string& text, size_t sigma) const;

  CodePointFlags flags_;
  CodePointMap map_;
};

}  // namespace yoso::text
