#include "yoso/text/vocabulary.h"

#include <algorithm>
#include <unordered_map>

#include "yoso/util/checksum.h"
#include "yoso/util/error.h"

namespace yoso::text {
namespace {

template <class Step>
void add_steps(Checksum& sum, const char* what, const std::vector<Step>& steps) {
  sum.add(what);
  for (const Step step : steps) sum.add(" " + std::to_string(static_cast<int>(step)));
}

}  // namespace

void place_added_tokens(std::vector<AddedToken>& added, std::vector<std::string>& tokens,
                        const std::string& path) {
  if (added.empty()) return;
  std::unordered_map<std::string, TokenId> ids;
  for (size_t i = 0; i < tokens.size(); ++i) ids[tokens[i]] = static_cast<TokenId>(i);
  for (AddedToken& token : added) {
    const auto size = static_cast<TokenId>(tokens.size());
    if (const auto known = ids.find(token.content); token.id == kNoToken)
      token.id = known == ids.end() ? size : known->second;
    if (token.id == size) {
      tokens.push_back(token.content);
      ids[token.content] = token.id;
    } else if (token.id < 0 || token.id > size || tokens[token.id] != token.content) {
      throw DataError(path + ": the added token `" + token.content + "` has the id " +
                      std::to_string(token.id) + ", " +
                      (token.id > size ? "which leaves a gap behind the vocabulary of " +
                                             std::to_string(size) + " tokens"
                                       : "which is that of another token"));
    }
  }
}

SpecialTokens find_special(const std::vector<std::string>& tokens, const SpecialNames& names,
                           const TokenizerDescription& description) {
  const auto find = [&](std::initializer_list<const char*> keys, const char* otherwise) {
    std::string name = otherwise;
    for (const char* key : keys) {
      const auto given = description.special.find(key);
      if (given == description.special.end()) continue;
      name = given->second;
      break;
    }
    const auto found = std::find(tokens.begin(), tokens.end(), name);
    return found == tokens.end() ? kNoToken : static_cast<TokenId>(found - tokens.begin());
  };
  SpecialTokens special;
  special.first = find({"cls_token", "bos_token"}, names.first);
  special.separator = find({"sep_token", "eos_token"}, names.separator);
  special.mask = find({"mask_token"}, names.mask);
  special.pad = find({"pad_token"}, names.pad);
  special.unknown = find({"unk_token"},
                         description.unknown.empty() ? names.unknown : description.unknown.c_str());
  return special;
}

bool any_normalized(const std::vector<AddedToken>& tokens) {
  return std::any_of(tokens.begin(), tokens.end(),
                     [](const AddedToken& token) { return token.normalized; });
}

uint64_t rules_checksum(const TokenizerDescription& description, bool published_steps,
                        const SpecialTokens& special) {
  Checksum sum;
  bool any = !published_steps;
  if (!published_steps) {
    add_steps(sum, "normalizer", description.normalizer);
    add_steps(sum, "pre_tokenizer", description.pre_tokenizer);
    sum.add(description.byte_level.use_regex ? " regex" : " pieces");
  }
  for (const AddedToken& token : description.added) {
    if (special.contains(token.id)) continue;
    any = true;
    sum.add("\n" + std::to_string(token.id) + (token.lstrip ? " lstrip" : "") +
            (token.rstrip ? " rstrip" : "") + (token.single_word ? " single_word" : "") +
            (token.normalized ? " normalized" : ""));
  }
  return any ? sum.value() : 0;
}

}  // namespace yoso::text
