#pragma once

#include "yoso/text/byte_level/merges.h"
#include "yoso/text/byte_level/pre_tokens.h"
#include "yoso/text/tokenizer.h"
#include "yoso/text/word_cache.h"

namespace yoso::text {

/// Byte-level byte-pair encoding (Sennrich et al. 2016; Radford et al. 2019), as RoBERTa and GPT-2
/// use it. Any text has ids, and decode(encode(text)) is the text.
class ByteLevelBpe final : public Tokenizer {
 public:
  /// `path` as for read_byte_pair_files; DataError as there, and when a byte has no token.
  ByteLevelBpe(const std::string& path, const TokenizerOptions& options);

 private:
  ByteLevelBpe(BytePairFiles files, bool prefix_space);
  std::string normalize(std::string_view text) const override;
  void encode_text(std::string_view text, std::vector<TokenId>& ids) const override;
  std::string decode_text(std::span<const TokenId> ids) const override;
  void encode_piece(std::string_view piece, std::vector<TokenId>& ids) const;

  ByteLevelOptions options_;
  bool steps_;  // there are steps before the byte-level ones
  Normalizer normalizer_;
  PreTokenizer pre_tokenizer_;
  PreTokenRule rule_;
  ByteMerges merges_;
  std::vector<std::string> bytes_;  // of each token
  PerThread<WordCache> caches_;
};

}  // namespace yoso::text
