#include "yoso/data/pretraining/shard_corpus.h"

#include <gtest/gtest.h>

#include "lib/data/pretraining/small_corpus.h"

namespace yoso::data::pretraining {
namespace {

TEST(ShardCorpus, IsTheTextInItsOrder) {
  const config::CorpusConfig& config = testing::small_corpus();
  const auto tokenizer = text::load_tokenizer(config.tokenizer);
  const ShardCorpus corpus(TokenCorpus(config.shards, Split::train, tokenizer->fingerprint()));
  ASSERT_GT(corpus.documents(), 80);
  EXPECT_EQ(corpus.document_begin(0), 0);
  EXPECT_EQ(corpus.document_begin(corpus.documents()), corpus.sentences());
  EXPECT_EQ(corpus.sentence_begin(corpus.sentences()), corpus.tokens());
  for (int64_t document = 0; document < corpus.documents(); ++document) {
    const int64_t begin = corpus.document_begin(document);
    EXPECT_LT(begin, corpus.document_begin(document + 1));
    for (int64_t s = begin; s < corpus.document_begin(document + 1); ++s) {
      std::vector<TokenId> sentence(corpus.sentence_begin(s + 1) - corpus.sentence_begin(s));
      corpus.read(corpus.sentence_begin(s), sentence);
      EXPECT_TRUE(tokenizer->decode(sentence).ends_with(".")) << tokenizer->decode(sentence);
    }
  }
  EXPECT_NE(corpus.fingerprint(),
            ShardCorpus(TokenCorpus(config.shards, Split::dev, "")).fingerprint());
}

}  // namespace
}  // namespace yoso::data::pretraining
