#pragma once

#include <string>
#include <vector>

#include "yoso/text/tokenizer.h"
#include "yoso/text/word_cache.h"
#include "yoso/text/wordpiece/basic_words.h"
#include "yoso/text/wordpiece/files.h"
#include "yoso/text/wordpiece/prefix_tree.h"

namespace yoso::text {

/// BERT's WordPiece (Devlin et al. 2019): words of the basic tokenizer, each cut into the longest
/// pieces from the left that the vocabulary has; a word that cannot be is unknown as a whole.
class WordPiece final : public Tokenizer {
 public:
  /// `path` is a vocab.txt, one token a line, a tokenizer.json, or the folder of one. DataError
  /// when it cannot be read or lacks [UNK], [CLS] or [SEP]; UsageError as describe_tokenizer.
  WordPiece(const std::string& path, const TokenizerOptions& options);

 private:
  WordPiece(WordPieceFiles files, const TokenizerOptions& options);
  std::string normalize(std::string_view text) const override;
  void encode_text(std::string_view text, std::vector<TokenId>& ids) const override;
  std::string decode_text(std::span<const TokenId> ids) const override;
  void encode_part(std::string_view part, bool plain, std::vector<TokenId>& ids) const;
  void encode_word(std::string_view word, size_t characters, std::vector<TokenId>& ids) const;

  bool cased_;
  bool basic_;  // the rules are BasicWords'; else the steps below
  Normalizer normalizer_;
  PreTokenizer pre_tokenizer_;
  size_t max_word_chars_;
  BasicWords words_;
  PrefixTree begin_, inside_;  // of a word; the second without ##
  TokenId punctuation_[128];   // of a single ASCII character
  PerThread<WordCache> caches_;
};

}  // namespace yoso::text
