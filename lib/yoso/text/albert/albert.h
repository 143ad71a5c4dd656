#pragma once

#include <memory>
#include <vector>

#include "yoso/text/albert/clean_text.h"
#include "yoso/text/description/description.h"
#include "yoso/text/tokenizer.h"

namespace sentencepiece {
class SentencePieceProcessor;
}

namespace yoso::text {

/// ALBERT's sentencepiece model (Kudo 2018; Lan et al. 2020) with the steps of Hugging Face's
/// tokenizer before it (AlbertCleaner) and after it: the comma of a piece that ends in a digit and
/// a comma becomes a piece of its own.
class Albert final : public Tokenizer {
 public:
  /// `path` is a sentencepiece model, or a folder with a spiece.model. DataError when it cannot be
  /// read, is no such model or lacks [CLS] or [SEP].
  Albert(const std::string& path, const TokenizerOptions& options);
  ~Albert() override;

 private:
  Albert(const std::string& file, TokenizerDescription description, bool keep_accents);
  std::string normalize(std::string_view text) const override;
  void encode_text(std::string_view text, std::vector<TokenId>& ids) const override;
  std::string decode_text(std::span<const TokenId> ids) const override;
  std::vector<TokenId> without_comma(const std::string& piece) const;
  std::vector<TokenId> replacement(const std::string& piece) const;

  AlbertCleaner cleaner_;
  std::unique_ptr<sentencepiece::SentencePieceProcessor> model_;
  std::vector<std::vector<TokenId>> instead_;  // by piece: the ids that replace it; empty: it stays
};

}  // namespace yoso::text
