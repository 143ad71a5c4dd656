#include "yoso/text/added_tokens.h"

#include <algorithm>
#include <array>
#include <map>

#include "yoso/text/unicode/character_classes.h"
#include "yoso/text/wordpiece/prefix_tree.h"
#include "yoso/util/utf8.h"

namespace yoso::text {
namespace {

/// The character that ends before `at`, which is behind `begin`; `at` is moved to its beginning.
char32_t last_character(const char* begin, const char*& at) {
  do {
    --at;
  } while (at > begin && (static_cast<unsigned char>(*at) & 0xc0) == 0x80);
  const char* character = at;
  return decode_utf8(character);
}

bool ends_with_word(std::string_view text) {
  if (text.empty()) return false;
  const char* at = text.data() + text.size();
  return is_word_character(last_character(text.data(), at));
}

bool begins_with_word(std::string_view text) {
  if (text.empty()) return false;
  const char* at = text.data();
  return is_word_character(decode_utf8(at));
}

/// Where the white space at the end of a text begins.
size_t white_end(std::string_view text) {
  const char* end = text.data() + text.size();
  while (end > text.data()) {
    const char* at = end;
    if (!is_white_space(last_character(text.data(), at))) break;
    end = at;
  }
  return static_cast<size_t>(end - text.data());
}

/// The length of the white space at the beginning of a text.
size_t white_begin(std::string_view text) {
  const char* at = text.data();
  const char* end = at + text.size();
  while (at < end) {
    const char* behind = at;
    if (!is_white_space(decode_utf8(behind))) break;
    at = behind;
  }
  return static_cast<size_t>(at - text.data());
}

}  // namespace

/// Looks for one set of tokens.
class AddedTokens::Matcher {
 public:
  /// `contents[i]` is what is looked for of tokens[i]. Of equal ones the last counts.
  Matcher(const std::vector<AddedToken>& tokens, const std::vector<std::string>& contents)
      : tree_(pairs(contents)) {
    for (size_t i = 0; i < tokens.size(); ++i) {
      tokens_.push_back(tokens[i]);
      if (!contents[i].empty()) begins_[static_cast<unsigned char>(contents[i][0])] = true;
    }
  }

  void split(std::string_view text, const std::function<void(std::string_view)>& part,
             const std::function<void(TokenId)>& found) const {
    size_t begin = 0;  // of the part that is not given yet
    for (size_t at = 0; at < text.size();) {
      if (!begins_[static_cast<unsigned char>(text[at])]) {
        ++at;
        continue;
      }
      const PrefixTree::Match match = tree_.longest(text.substr(at));
      if (match.id == kNoToken) {
        ++at;
        continue;
      }
      const AddedToken& token = tokens_[static_cast<size_t>(match.id)];
      size_t first = at, end = at + match.length;
      at = end;
      if (token.single_word &&
          (ends_with_word(text.substr(0, first)) || begins_with_word(text.substr(end))))
        continue;
      if (token.lstrip) first = std::max(begin, white_end(text.substr(0, first)));
      if (token.rstrip) end += white_begin(text.substr(end));
      if (begin < first) part(text.substr(begin, first - begin));
      found(token.id);
      begin = end;
      at = std::max(at, end);
    }
    if (begin < text.size()) part(text.substr(begin));
  }

 private:
  static std::vector<std::pair<std::string_view, TokenId>> pairs(
      const std::vector<std::string>& contents) {
    std::vector<std::pair<std::string_view, TokenId>> pairs;
    for (size_t i = 0; i < contents.size(); ++i)
      pairs.emplace_back(contents[i], static_cast<TokenId>(i));
    return pairs;
  }

  std::vector<AddedToken> tokens_;
  PrefixTree tree_;  // its ids are positions in tokens_
  std::array<bool, 256> begins_ = {};
};

AddedTokens::AddedTokens() = default;
AddedTokens::~AddedTokens() = default;
AddedTokens::AddedTokens(AddedTokens&&) noexcept = default;
AddedTokens& AddedTokens::operator=(AddedTokens&&) noexcept = default;

AddedTokens::AddedTokens(std::vector<AddedToken> tokens, const Normalize& normalize)
    : tokens_(std::move(tokens)) {
  for (const bool normalized : {false, true}) {
    std::vector<AddedToken> chosen;
    std::vector<std::string> contents;
    for (const AddedToken& token : tokens_) {
      if (token.normalized != normalized || token.content.empty()) continue;
      chosen.push_back(token);
      contents.push_back(normalized ? normalize(token.content) : token.content);
    }
    if (!chosen.empty())
      (normalized ? normalized_ : raw_) = std::make_unique<Matcher>(chosen, contents);
  }
}

void AddedTokens::split(std::string_view text, const Normalize& normalize,
                        const std::function<void(std::string_view)>& part,
                        const std::function<void(TokenId)>& token) const {
  const auto second = [&](std::string_view between) {
    if (!normalized_) return part(between);
    const std::string plain = normalize(between);
    normalized_->split(plain, part, token);
  };
  if (raw_) {
    raw_->split(text, second, token);
  } else {
    second(text);
  }
}

}  // namespace yoso::text
