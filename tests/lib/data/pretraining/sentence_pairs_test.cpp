#include "yoso/data/pretraining/sentence_pairs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "lib/data/pretraining/pretraining_test_support.h"
#include "support/user_error.h"

namespace yoso::data::pretraining {
namespace {

struct Pair {
  std::vector<TokenId> a, b;
};

/// The two texts of a sample; checks its frame.
Pair split(const Sample& sample, const Vocabulary& vocabulary) {
  const std::vector<TokenId> tokens = unmasked(sample);
  const auto second = std::find(tokens.begin(), tokens.end(), vocabulary.separator);
  EXPECT_EQ(tokens.front(), vocabulary.first);
  EXPECT_EQ(tokens.back(), vocabulary.separator);
  const Pair pair{{tokens.begin() + 1, second}, {second + 1, tokens.end() - 1}};
  EXPECT_EQ(sample.types.size(), tokens.size());
  for (size_t i = 0; i < tokens.size(); ++i) EXPECT_EQ(sample.types[i], i > pair.a.size() + 1);
  return pair;
}

TEST(SentencePairs, EverySampleIsWellFormed) {
  const MemoryCorpus corpus = random_corpus(200);
  const Vocabulary vocabulary = small_vocabulary();
  for (const bool compat : {false, true}) {
    for (const PairTask task : {PairTask::order, PairTask::next}) {
      for (const int64_t length : {5, 9, 64}) {
        const SentencePairs pairs({.length = length, .task = task, .same_document = compat},
                                  {.most = 5}, corpus, vocabulary);
        ASSERT_GT(pairs.size(), 100);
        for (int64_t i = 0; i < pairs.size(); ++i) {
          const Sample sample = pairs.sample(i, 1);
          EXPECT_LE(static_cast<int64_t>(sample.tokens.size()), length);
          EXPECT_LE(sample.masked.size(), 5U);
          EXPECT_TRUE(sample.label == 0 || sample.label == 1);
          const Pair pair = split(sample, vocabulary);
          EXPECT_FALSE(pair.a.empty());
          EXPECT_FALSE(pair.b.empty());
          for (const TokenId target : sample.targets) EXPECT_FALSE(vocabulary.is_special(target));
        }
      }
    }
  }
}

// Tokens are numbered, so that each shows its position in the corpus.
TEST(SentencePairs, OrderMatchesTheLabel) {
  MemoryCorpus corpus;
  for (int d = 0; d < 50; ++d)
    corpus.add_document(counted_document(10 + 1000 * d, {3, 4, 5, 3, 4}));
  const Vocabulary vocabulary = small_vocabulary(100'000);
  const SentencePairs pairs({.length = 64, .short_rate = 0}, no_masks(), corpus, vocabulary);
  ASSERT_EQ(pairs.size(), 50);
  std::set<size_t> first_lengths;
  double swapped = 0, samples = 0;
  for (int64_t epoch = 0; epoch < 40; ++epoch) {
    for (int64_t i = 0; i < pairs.size(); ++i) {
      const Sample sample = pairs.sample(i, epoch);
      Pair pair = split(sample, vocabulary);
      if (sample.label == 1) std::swap(pair.a, pair.b);
      EXPECT_EQ(pair.a.back() + 1, pair.b.front());
      EXPECT_EQ(pair.a.size() + pair.b.size(), 19U);
      first_lengths.insert(pair.a.size());
      swapped += static_cast<double>(sample.label);
      ++samples;
    }
  }
  EXPECT_EQ(first_lengths, (std::set<size_t>{3, 7, 12, 15}));
  EXPECT_NEAR(swapped / samples, 0.5, 4 * std::sqrt(0.25 / samples));
}

TEST(SentencePairs, ALoneSentenceGetsItsPartnerFromElsewhere) {
  MemoryCorpus corpus;
  for (int d = 0; d < 30; ++d) corpus.add_document(counted_document(10 + 1000 * d, {6}));
  const Vocabulary vocabulary = small_vocabulary(100'000);
  const auto document = [](TokenId token) { return token / 1000; };
  const SentencePairs pairs({.length = 64}, no_masks(), corpus, vocabulary);
  const SentencePairs original({.length = 64, .same_document = true}, no_masks(), corpus,
                               vocabulary);
  ASSERT_EQ(pairs.size(), 30);
  for (int64_t i = 0; i < 30; ++i) {
    for (int64_t epoch = 0; epoch < 5; ++epoch) {
      const Sample sample = pairs.sample(i, epoch);
      const Pair pair = split(sample, vocabulary);
      EXPECT_EQ(sample.label, 1);
      EXPECT_EQ(document(pair.a[0]), i) << "the partner is second";
      EXPECT_NE(document(pair.b[0]), i);
      const Sample same = original.sample(i, epoch);
      EXPECT_EQ(same.label, 1);
      EXPECT_EQ(document(split(same, vocabulary).a[0]), i);
      EXPECT_EQ(document(split(same, vocabulary).b[0]), i);
    }
  }
}

TEST(SentencePairs, NextSentenceTakesHalfFromElsewhere) {
  MemoryCorpus corpus;
  for (int d = 0; d < 60; ++d) corpus.add_document(counted_document(10 + 1000 * d, {3, 4, 5}));
  const Vocabulary vocabulary = small_vocabulary(100'000);
  const SentencePairs pairs({.length = 64, .task = PairTask::next, .short_rate = 0}, no_masks(),
                            corpus, vocabulary);
  double elsewhere = 0, samples = 0;
  for (int64_t epoch = 0; epoch < 40; ++epoch) {
    for (int64_t i = 0; i < pairs.size(); ++i) {
      const Sample sample = pairs.sample(i, epoch);
      const Pair pair = split(sample, vocabulary);
      EXPECT_EQ(pair.a.front() % 1000, 10) << "never swapped";
      EXPECT_EQ(pair.a.back() + 1 == pair.b.front(), sample.label == 0);
      elsewhere += static_cast<double>(sample.label);
      ++samples;
    }
  }
  EXPECT_NEAR(elsewhere / samples, 0.5, 4 * std::sqrt(0.25 / samples));
}

TEST(SentencePairs, LongTextsLoseFromBothEndsButNeverAll) {
  MemoryCorpus corpus;
  corpus.add_document(counted_document(10, {1, 400}));
  corpus.add_document(counted_document(1000, {400, 2}));
  const Vocabulary vocabulary = small_vocabulary(100'000);
  const SentencePairs pairs({.length = 23, .short_rate = 0}, no_masks(), corpus, vocabulary);
  bool front = false, back = false;
  for (int64_t epoch = 0; epoch < 20; ++epoch) {
    for (int64_t i = 0; i < pairs.size(); ++i) {
      const Pair pair = split(pairs.sample(i, epoch), vocabulary);
      EXPECT_EQ(pair.a.size() + pair.b.size(), 20U);
      EXPECT_GE(std::min(pair.a.size(), pair.b.size()), 1U);
      for (const auto& text : {pair.a, pair.b}) {
        EXPECT_EQ(text.back() - text.front() + 1, static_cast<TokenId>(text.size()));
        front |= text.size() > 2 && text.front() != 11 && text.front() != 1000;
        back |= text.size() > 2 && text.back() != 410 && text.back() != 1399;
      }
    }
  }
  EXPECT_TRUE(front && back);
}

TEST(SentencePairs, ShortTargetsComeAsOftenAsAsked) {
  MemoryCorpus corpus;
  for (int d = 0; d < 40; ++d) {
    corpus.add_document(counted_document(10, std::vector<int64_t>(400, 1)));
  }
  const Vocabulary vocabulary = small_vocabulary();
  const SentencePairs full({.length = 67, .short_rate = 0}, no_masks(), corpus, vocabulary);
  EXPECT_EQ(full.size(), 40 * 7);  // 6 of 64 tokens and the rest
  const SentencePairs some({.length = 67, .short_rate = 0.3}, no_masks(), corpus, vocabulary);
  double cut = 0;
  for (int64_t i = 0; i < some.size(); ++i) cut += some.sample(i, 0).tokens.size() < 67;
  const double rest = 40;  // the ends of documents
  EXPECT_NEAR((cut - rest) / static_cast<double>(some.size()), 0.3, 0.06);
}

TEST(SentencePairs, DependOnSeedEpochAndIndexAlone) {
  const MemoryCorpus corpus = random_corpus(5000, 3);
  const Vocabulary vocabulary = small_vocabulary();
  const SentencePairs one({.length = 40, .seed = 1}, {}, corpus, vocabulary, /*threads=*/1);
  const SentencePairs two({.length = 40, .seed = 1}, {}, corpus, vocabulary, /*threads=*/3);
  const SentencePairs other({.length = 40, .seed = 2}, {}, corpus, vocabulary);
  ASSERT_EQ(one.size(), two.size());
  bool differs = false, masks_differ = false;
  for (int64_t i = one.size() - 1; i >= 0; i -= 7) {
    const Sample a = one.sample(i, 2), b = two.sample(i, 2);
    EXPECT_EQ(a.tokens, b.tokens);
    EXPECT_EQ(a.masked, b.masked);
    EXPECT_EQ(a.label, b.label);
    masks_differ |= a.masked != one.sample(i, 3).masked;
    differs |= i < other.size() && a.tokens != other.sample(i, 2).tokens;
  }
  EXPECT_TRUE(differs && masks_differ);
}

TEST(SentencePairs, JoinedDocumentsFillTheirSamples) {
  MemoryCorpus corpus;
  for (int d = 0; d < 64; ++d) corpus.add_document(counted_document(10 + 100 * d, {2, 2}));
  const Vocabulary vocabulary = small_vocabulary(10'000);
  const PairOptions options{.length = 67, .short_rate = 0, .joins_documents = true};
  const SentencePairs pairs(options, no_masks(), corpus, vocabulary);
  ASSERT_EQ(pairs.size(), 4);
  for (int64_t i = 0; i < 4; ++i) EXPECT_EQ(pairs.sample(i, 0).tokens.size(), 67U);
}

TEST(SentencePairs, EmptySentencesAndDocumentsCountForNothing) {
  MemoryCorpus corpus;
  corpus.add_document({{}, {10, 11}, {}, {12, 13}, {}});
  corpus.add_document({});
  corpus.add_document({{}, {}});
  corpus.add_document({{}, {20, 21, 22}, {}});
  const Vocabulary vocabulary = small_vocabulary();
  const SentencePairs pairs({.length = 32, .short_rate = 0}, no_masks(), corpus, vocabulary);
  ASSERT_EQ(pairs.size(), 2);
  for (int64_t epoch = 0; epoch < 30; ++epoch) {
    for (int64_t i = 0; i < 2; ++i) {
      const Pair pair = split(pairs.sample(i, epoch), vocabulary);
      EXPECT_FALSE(pair.a.empty() || pair.b.empty());
    }
    EXPECT_EQ(split(pairs.sample(0, epoch), vocabulary).a.size(), 2U);
  }
}

TEST(SentencePairs, RefusesALengthWithoutRoomForTwoTexts) {
  const MemoryCorpus corpus = random_corpus(3);
  const Vocabulary vocabulary = small_vocabulary();
  EXPECT_TRUE(testing::error_text([&] {
                SentencePairs({.length = 4}, {}, corpus, vocabulary);
              }).starts_with("model.max_length: 4"));
}

}  // namespace
}  // namespace yoso::data::pretraining
