#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "yoso/text/unicode/code_points.h"

namespace yoso::text {

/// The normalizer of a tokenizer.json: steps that change a text, one after the other, as those of
/// tokenizers 0.23 do. Unicode's forms and categories are utf8proc's.
class Normalizer {
 public:
  enum class Step {
    clean,      // BertNormalizer: control characters dropped, white space made spaces
    space_cjk,  // BertNormalizer: spaces around CJK characters
    lowercase,  // each character by itself
    nfd,
    nfc,
    nfkd,
    nfkc,
    strip_marks,    // StripAccents: all marks dropped
    strip_accents,  // BertNormalizer: NFD, then nonspacing marks dropped
  };

  Normalizer() = default;
  explicit Normalizer(std::vector<Step> steps);

  const std::vector<Step>& steps() const { return steps_; }

  /// `text` is well-formed UTF-8.
  std::string apply(std::string_view text) const;

 private:
  std::string apply(Step step, const std::string& text) const;

  std::vector<Step> steps_;
  CodePointFlags flags_;
  CodePointMap lower_;
};

}  // namespace yoso::text
