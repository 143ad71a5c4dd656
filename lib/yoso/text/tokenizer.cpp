#include "yoso/text/tokenizer.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "yoso/util/checksum.h"
#include "yoso/util/error.h"
#include "yoso/util/utf8.h"

namespace yoso::text {

void Tokenizer::set_vocabulary(std::vector<std::string> tokens, const SpecialTokens& special,
                               std::vector<bool> continues_word, uint64_t rules_checksum) {
  tokens_ = std::move(tokens);
  special_ = special;
  continues_word_ = std::move(continues_word);
  Checksum sum;
  for (size_t i = 0; i < tokens_.size(); ++i) {
    sum.add(tokens_[i].c_str(), tokens_[i].size() + 1);
    sorted_.emplace_back(tokens_[i], static_cast<TokenId>(i));
  }
  std::sort(sorted_.begin(), sorted_.end());
  sum.add(&rules_checksum, sizeof rules_checksum);
  fingerprint_ = traits_.kind + ":" +
                 (traits_.variant.empty() ? std::string() : traits_.variant + ":") + sum.text();
}

std::optional<TokenId> Tokenizer::find(std::string_view token) const {
  // Of equal ones the last, as the reference reads vocabularies.
  const auto behind = std::upper_bound(sorted_.begin(), sorted_.end(), std::pair(token, INT32_MAX));
  if (behind == sorted_.begin() || std::prev(behind)->first != token) return std::nullopt;
  return std::prev(behind)->second;
}

void Tokenizer::encode(std::string_view text, std::vector<TokenId>& ids) const {
  if (text.empty()) return;
  if (find_bad_utf8(text)) {
    encode_text(replace_bad_utf8(text), ids);
  } else {
    encode_text(text, ids);
  }
}

std::vector<TokenId> Tokenizer::encode(std::string_view text) const {
  std::vector<TokenId> ids;
  encode(text, ids);
  return ids;
}

}  // namespace yoso::text
