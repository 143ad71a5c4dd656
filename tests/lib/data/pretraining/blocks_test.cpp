#include "yoso/data/pretraining/blocks.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "lib/data/pretraining/pretraining_test_support.h"
#include "support/user_error.h"

namespace yoso::data::pretraining {
namespace {

/// The text of all blocks on end, without the tokens around each.
std::vector<TokenId> joined(const Blocks& blocks) {
  std::vector<TokenId> all;
  for (int64_t i = 0; i < blocks.size(); ++i) {
    const Sample sample = blocks.sample(i, 0);
    all.insert(all.end(), sample.tokens.begin() + 1, sample.tokens.end() - 1);
  }
  return all;
}

TEST(Blocks, HoldTheWholeTextInOrder) {
  const MemoryCorpus corpus = random_corpus(40);
  const Vocabulary vocabulary = small_vocabulary();
  for (const bool separated : {false, true}) {
    std::vector<TokenId> expected;
    for (int64_t d = 0; d < corpus.documents(); ++d) {
      if (d > 0 && separated) expected.push_back(vocabulary.separator);
      const int64_t begin = corpus.document_tokens_begin(d);
      std::vector<TokenId> document(corpus.document_tokens_begin(d + 1) - begin);
      corpus.read(begin, document);
      expected.insert(expected.end(), document.begin(), document.end());
    }
    for (const int64_t length : {3, 10, 64}) {
      const Blocks blocks({.length = length, .separates_documents = separated}, no_masks(), corpus,
                          vocabulary);
      const auto whole = static_cast<int64_t>(expected.size()) / (length - 2);
      EXPECT_EQ(blocks.size(), whole);
      EXPECT_EQ(joined(blocks),
                std::vector<TokenId>(expected.begin(), expected.begin() + whole * (length - 2)));
    }
  }
}

TEST(Blocks, BeginAndEndWithTheirSpecialTokens) {
  const MemoryCorpus corpus = random_corpus(10);
  const Vocabulary vocabulary = small_vocabulary();
  const Blocks blocks({.length = 32}, {.rule = MaskRule::independent, .rate = 1}, corpus,
                      vocabulary);
  ASSERT_GT(blocks.size(), 2);
  for (int64_t i = 0; i < blocks.size(); ++i) {
    const Sample sample = blocks.sample(i, 0);
    ASSERT_EQ(sample.tokens.size(), 32U);
    EXPECT_EQ(sample.tokens.front(), vocabulary.first);
    EXPECT_EQ(sample.tokens.back(), vocabulary.separator);
    EXPECT_TRUE(sample.types.empty());
    for (const TokenId target : sample.targets) EXPECT_FALSE(vocabulary.is_special(target));
  }
}

TEST(Blocks, MasksAreAFunctionOfSeedEpochAndSample) {
  const MemoryCorpus corpus = random_corpus(40);
  const Vocabulary vocabulary = small_vocabulary();
  const MaskingOptions masking{.rule = MaskRule::independent};
  const Blocks one({.length = 64, .seed = 1}, masking, corpus, vocabulary);
  const Blocks again({.length = 64, .seed = 1}, masking, corpus, vocabulary);
  const Blocks other({.length = 64, .seed = 2}, masking, corpus, vocabulary);
  // Asked for in another order.
  for (int64_t i = one.size() - 1; i >= 0; --i) {
    EXPECT_EQ(one.sample(i, 3).tokens, again.sample(i, 3).tokens);
    EXPECT_EQ(one.sample(i, 3).masked, again.sample(i, 3).masked);
    EXPECT_NE(one.sample(i, 3).masked, one.sample(i, 4).masked);
    EXPECT_NE(one.sample(i, 3).masked, other.sample(i, 3).masked);
    EXPECT_EQ(unmasked(one.sample(i, 3)), unmasked(other.sample(i, 4)));
  }
}

TEST(Blocks, TooShortATextHasNone) {
  MemoryCorpus corpus;
  const Vocabulary vocabulary = small_vocabulary();
  EXPECT_EQ(Blocks({.length = 8}, {}, corpus, vocabulary).size(), 0);
  corpus.add_document(counted_document(10, {5}));
  EXPECT_EQ(Blocks({.length = 8}, {}, corpus, vocabulary).size(), 0);
  EXPECT_EQ(Blocks({.length = 7}, {}, corpus, vocabulary).size(), 1);
  EXPECT_TRUE(testing::error_text([&] {
                Blocks({.length = 2}, {}, corpus, vocabulary);
              }).starts_with("model.max_length: 2"));
}

}  // namespace
}  // namespace yoso::data::pretraining
