#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "yoso/text/token_id.h"

namespace yoso::text {

/// A token that is looked for in a text before the tokenizer's own rules, with the properties that
/// Hugging Face's tokenizers gives it.
struct AddedToken {
  std::string content;
  TokenId id = kNoToken;
  bool lstrip = false;       // takes the white space before it
  bool rstrip = false;       // takes the white space behind it
  bool single_word = false;  // only where no letter, digit or underscore adjoins it
  bool normalized = false;   // looked for in the normalised text
  bool special = false;      // left out of decoded text
};

/// Finds added tokens in a text as AddedVocabulary of tokenizers 0.23 does: from the left, of those
/// that begin at one place the longest; first those that are looked for in the text as it is, then,
/// in what lies between them, those of the normalised text.
class AddedTokens {
 public:
  using Normalize = std::function<std::string(std::string_view)>;

  AddedTokens();  // none
  AddedTokens(std::vector<AddedToken> tokens, const Normalize& normalize);
  ~AddedTokens();
  AddedTokens(AddedTokens&&) noexcept;
  AddedTokens& operator=(AddedTokens&&) noexcept;

  bool empty() const { return tokens_.empty(); }
  const std::vector<AddedToken>& tokens() const { return tokens_; }

  /// Calls token(id) for each token found and text(part) for each part between them, in order.
  /// `text` is well-formed UTF-8; parts are normalised where any token asks for that.
  void split(std::string_view text, const Normalize& normalize,
             const std::function<void(std::string_view)>& part,
             const std::function<void(TokenId)>& token) const;

 private:
  class Matcher;
  std::vector<AddedToken> tokens_;
  std::unique_ptr<Matcher> raw_, normalized_;  // null: no such tokens
};

}  // namespace yoso::text
