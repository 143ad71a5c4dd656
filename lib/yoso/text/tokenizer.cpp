#include "yoso/text/tokenizer.h"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "yoso/util/checksum.h"
#include "yoso/util/error.h"
#include "yoso/util/utf8.h"

namespace yoso::text {

void Tokenizer::set_vocabulary(Vocabulary vocabulary) {
  path_ = std::move(vocabulary.path);
  tokens_ = std::move(vocabulary.tokens);
  special_ = vocabulary.special;
  continues_word_ = std::move(vocabulary.continues_word);
  continues_word_.resize(tokens_.size());
  Checksum sum;
  for (size_t i = 0; i < tokens_.size(); ++i) {
    sum.add(tokens_[i].c_str(), tokens_[i].size() + 1);
    sorted_.emplace_back(tokens_[i], static_cast<TokenId>(i));
  }
  std::sort(sorted_.begin(), sorted_.end());
  sum.add(&vocabulary.rules_checksum, sizeof vocabulary.rules_checksum);
  fingerprint_ = traits_.kind + ":" +
                 (traits_.variant.empty() ? std::string() : traits_.variant + ":") + sum.text();

  const auto normalize = [this](std::string_view text) { return this->normalize(text); };
  std::vector<AddedToken> all = std::move(vocabulary.added), plain;
  std::copy_if(all.begin(), all.end(), std::back_inserter(plain),
               [&](const AddedToken& token) { return !special_.contains(token.id); });
  for (const TokenId id :
       {special_.first, special_.separator, special_.mask, special_.pad, special_.unknown}) {
    const auto is_it = [&](const AddedToken& token) { return token.id == id; };
    if (id == kNoToken || std::any_of(all.begin(), all.end(), is_it)) continue;
    AddedToken token{tokens_[static_cast<size_t>(id)], id};
    token.lstrip = id == special_.mask && traits_.mask_takes_space;
    token.special = true;
    all.push_back(std::move(token));
  }
  left_out_.resize(tokens_.size());
  for (const AddedToken& token : all)
    left_out_[static_cast<size_t>(token.id)] = token.special || special_.contains(token.id);
  plain_ = AddedTokens(std::move(plain), normalize);
  all_ = AddedTokens(std::move(all), normalize);
}

void Tokenizer::require_padding(const std::string& purpose) const {
  if (special_.pad != kNoToken) return;
  throw UsageError(path_ + ": the vocabulary has no " + traits_.names.pad + ", which " + purpose +
                   " needs");
}

void Tokenizer::require_mask(const std::string& purpose) const {
  if (special_.mask != kNoToken) return;
  throw UsageError(path_ + ": the vocabulary has no " + traits_.names.mask + ", which " + purpose +
                   " needs");
}

std::optional<TokenId> Tokenizer::find(std::string_view token) const {
  // Of equal ones the last, as the reference reads vocabularies.
  const auto behind = std::upper_bound(sorted_.begin(), sorted_.end(), std::pair(token, INT32_MAX));
  if (behind == sorted_.begin() || std::prev(behind)->first != token) return std::nullopt;
  return std::prev(behind)->second;
}

void Tokenizer::encode(std::string_view text, std::vector<TokenId>& ids) const {
  if (text.empty()) return;
  std::string repaired;
  if (find_bad_utf8(text)) text = repaired = replace_bad_utf8(text);
  if (plain_.empty()) {
    encode_text(text, ids);
  } else {
    encode_around(plain_, text, ids);
  }
}

void Tokenizer::encode_around(const AddedTokens& added, std::string_view text,
                              std::vector<TokenId>& ids) const {
  added.split(
      text, [this](std::string_view part) { return normalize(part); },
      [&](std::string_view part) {
        if (!part.empty()) encode_text(part, ids);
      },
      [&](TokenId id) { ids.push_back(id); });
}

std::vector<TokenId> Tokenizer::encode_with_special(std::string_view text) const {
  std::vector<TokenId> ids;
  std::string repaired;
  if (find_bad_utf8(text)) text = repaired = replace_bad_utf8(text);
  encode_around(all_, text, ids);
  return ids;
}

std::vector<TokenId> Tokenizer::encode(std::string_view text) const {
  std::vector<TokenId> ids;
  encode(text, ids);
  return ids;
}

}  // namespace yoso::text
