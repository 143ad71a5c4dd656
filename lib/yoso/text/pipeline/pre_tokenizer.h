#pragma once

#include <string_view>
#include <vector>

namespace yoso::text {

/// The pre_tokenizer of a tokenizer.json: steps that cut a text into pieces, each step the pieces
/// of the one before it, as those of tokenizers 0.23 do.
class PreTokenizer {
 public:
  enum class Step {
    bert,              // BertPreTokenizer: at white space; punctuation by itself
    whitespace,        // Whitespace: runs of \w, and of what is neither \w nor white space
    whitespace_split,  // WhitespaceSplit: at white space
    punctuation,       // Punctuation: each by itself
    digits,            // Digits: runs of numbers apart from the rest
    single_digits,     // Digits with individual_digits
  };

  PreTokenizer() = default;
  explicit PreTokenizer(std::vector<Step> steps) : steps_(std::move(steps)) {}

  const std::vector<Step>& steps() const { return steps_; }

  /// The pieces of a text, which is well-formed UTF-8; views of it.
  std::vector<std::string_view> split(std::string_view text) const;

 private:
  std::vector<Step> steps_;
};

}  // namespace yoso::text
