#pragma once

#include <string>

#include "yoso/data/pretraining/corpus.h"
#include "yoso/data/shards/token_corpus.h"

namespace yoso::data::pretraining {

/// One split of a folder of token shards as a corpus.
class ShardCorpus : public Corpus {
 public:
  explicit ShardCorpus(TokenCorpus shards) : shards_(std::move(shards)) {}

  int64_t tokens() const override { return shards_.tokens(); }
  int64_t sentences() const override { return shards_.sentences(); }
  int64_t documents() const override { return shards_.documents(); }
  int64_t sentence_begin(int64_t sentence) const override;
  int64_t document_begin(int64_t document) const override;
  void read(int64_t begin, std::span<TokenId> into) const override { shards_.copy(begin, into); }
  std::string fingerprint() const override;

 private:
  TokenCorpus shards_;
};

}  // namespace yoso::data::pretraining
