#include "yoso/data/pretraining/corpus.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lib/data/pretraining/pretraining_test_support.h"
#include "support/user_error.h"
#include "yoso/data/pretraining/unigram.h"

namespace yoso::data::pretraining {
namespace {

TEST(MemoryCorpus, HasItsBoundaries) {
  MemoryCorpus corpus;
  corpus.add_document(counted_document(10, {2, 3}));
  corpus.add_document(counted_document(20, {4}));
  EXPECT_EQ(corpus.documents(), 2);
  EXPECT_EQ(corpus.sentences(), 3);
  EXPECT_EQ(corpus.tokens(), 9);
  EXPECT_EQ(corpus.document_begin(1), 2);
  EXPECT_EQ(corpus.document_tokens_begin(1), 5);
  EXPECT_EQ(corpus.document_tokens_begin(2), 9);
  std::vector<TokenId> tokens(4);
  corpus.read(3, tokens);
  EXPECT_EQ(tokens, (std::vector<TokenId>{13, 14, 20, 21}));
  EXPECT_THROW(corpus.read(6, tokens), std::out_of_range);
}

TEST(MemoryCorpus, FingerprintDependsOnTokensAndBoundaries) {
  const auto fingerprint = [](const std::vector<std::vector<std::vector<TokenId>>>& documents) {
    MemoryCorpus corpus;
    for (const auto& document : documents) corpus.add_document(document);
    return corpus.fingerprint();
  };
  const std::string one = fingerprint({{{5, 6}, {7}}});
  EXPECT_EQ(fingerprint({{{5, 6}, {7}}}), one);
  EXPECT_NE(fingerprint({{{5}, {6, 7}}}), one);
  EXPECT_NE(fingerprint({{{5, 6}}, {{7}}}), one);
  EXPECT_NE(fingerprint({{{5, 6}, {8}}}), one);
}

TEST(Unigram, ScoresTheMostFrequentToken) {
  MemoryCorpus corpus;
  corpus.add_document({{5, 5}, {6, 7}});
  const Unigram even = unigram(corpus, 8);
  EXPECT_DOUBLE_EQ(even.accuracy, 0.5);
  EXPECT_NEAR(even.perplexity, std::exp2(1.5), 1e-12);
  EXPECT_EQ(unigram(MemoryCorpus(), 8).accuracy, 0);
  EXPECT_NE(testing::error_text([&] { unigram(corpus, 7); }, ExitCode::data).find("token 7"),
            std::string::npos);
}

}  // namespace
}  // namespace yoso::data::pretraining
