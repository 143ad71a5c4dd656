#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "yoso/text/added_tokens.h"
#include "yoso/text/pipeline/normalizer.h"
#include "yoso/text/pipeline/pre_tokenizer.h"

namespace yoso::text {

/// How byte-level BPE cuts a text into pieces, after the steps of the pre-tokenizer.
struct ByteLevelOptions {
  bool prefix_space = false;  // a space is put before each piece that has none
  bool use_regex = true;      // pieces are cut further by GPT-2's rule
  bool operator==(const ByteLevelOptions&) const = default;
};

/// What the files beside a vocabulary say of a tokenizer (tokenizer_config.json, tokenizer.json,
/// special_tokens_map.json, added_tokens.json), as transformers 5.23 understands them: a folder
/// whose tokenizer_class names a model's own class (BertTokenizer) has that class's rules with the
/// keys of tokenizer_config.json; one of PreTrainedTokenizerFast has those of tokenizer.json. Where
/// both are there and do not agree, the folder is refused.
struct TokenizerDescription {
  std::vector<AddedToken> added;               // those without an id yet: kNoToken
  std::map<std::string, std::string> special;  // "cls_token": "[CLS]"; what the folder names itself
  std::vector<Normalizer::Step> normalizer;
  std::vector<PreTokenizer::Step> pre_tokenizer;
  ByteLevelOptions byte_level;            // kind roberta
  bool keep_accents = false;              // kind albert
  std::optional<int64_t> max_word_chars;  // kind bert, of tokenizer.json
  std::string unknown;                    // kind bert, unk_token of tokenizer.json; empty: as named

  /// Whether the rules are those of BERT's published tokenizers, cased or uncased.
  bool is_basic(bool cased) const;
};

/// The published steps of BERT.
std::vector<Normalizer::Step> basic_normalizer(bool cased);

/// Which files to read, and what the user asks for.
struct DescriptionRequest {
  std::string kind;    // "bert", "roberta", "albert"
  std::string folder;  // of the companion files
  std::string whole;   // tokenizer.json, perhaps of another name; empty: none
  bool cased = false;  // TokenizerOptions: outweighs the default of do_lower_case
};

/// DataError: a file is damaged. UsageError names file and key of what is not done here.
TokenizerDescription describe_tokenizer(const DescriptionRequest& request);

}  // namespace yoso::text
