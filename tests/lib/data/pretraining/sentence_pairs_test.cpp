#include "yoso/data/pretraining/sentence_pairs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace yoso::data {
namespace {

/// A document whose tokens count up from `first`, so that order and origin show.
TokenDocument counting_document(int segments, int length, int32_t first) {
  TokenDocument document;
  for (int s = 0; s < segments; ++s) {
    document.emplace_back();
    for (int i = 0; i < length; ++i) document.back().push_back(first++);
  }
  return document;
}

constexpr int32_t kOther = 1'000'000;  // the other document's tokens begin here

TokenDocument other_document(RandomStream&) { return counting_document(30, 7, kOther); }

std::vector<SentencePair> pairs_of(const TokenDocument& document,
                                   const SentencePairOptions& options, uint64_t sample = 0) {
  return make_sentence_pairs(document, options, other_document, RandomStream(1, "pairs", sample));
}

TEST(SentencePairs, FitAndAreNeverEmpty) {
  for (const int64_t max_length : {5, 6, 16, 128}) {
    for (const int length : {1, 3, 40}) {
      for (const bool mlpen : {false, true}) {
        for (uint64_t sample = 0; sample < 30; ++sample) {
          const auto pairs = pairs_of(counting_document(17, length, 0),
                                      {.max_length = max_length, .mlpen = mlpen}, sample);
          ASSERT_FALSE(pairs.empty());
          for (const SentencePair& pair : pairs) {
            EXPECT_FALSE(pair.a.empty());
            EXPECT_FALSE(pair.b.empty());
            EXPECT_LE(static_cast<int64_t>(pair.a.size() + pair.b.size()), max_length - 3);
          }
        }
      }
    }
  }
  EXPECT_THROW(pairs_of(counting_document(2, 2, 0), {.max_length = 4}), std::invalid_argument);
  EXPECT_TRUE(pairs_of({}, {}).empty());
  EXPECT_TRUE(pairs_of({{}, {}}, {}).empty());
}

TEST(SentencePairs, LabelTheOrderAndBalanceIt) {
  int64_t pairs = 0, swapped = 0;
  for (uint64_t sample = 0; sample < 2000; ++sample) {
    // Nothing is cut off: 8 segments of 4 tokens are collected each time.
    for (const SentencePair& pair :
         pairs_of(counting_document(16, 4, 0), {.max_length = 35, .short_share = 0}, sample)) {
      const bool in_order = pair.a.back() + 1 == pair.b.front();
      const bool in_reverse = pair.b.back() + 1 == pair.a.front();
      EXPECT_NE(in_order, in_reverse);
      EXPECT_EQ(pair.label, in_reverse ? 1 : 0);
      ++pairs;
      swapped += in_reverse;
    }
  }
  EXPECT_EQ(pairs, 4000);
  EXPECT_NEAR(static_cast<double>(swapped), 2000, 4 * std::sqrt(1000.0));
}

TEST(SentencePairs, GiveASingleSegmentAnotherDocument) {
  for (uint64_t sample = 0; sample < 200; ++sample) {
    const auto pairs = pairs_of({{1, 2, 3}}, {.max_length = 20}, sample);
    ASSERT_EQ(pairs.size(), 1u);
    EXPECT_EQ(pairs[0].label, 1);
    EXPECT_EQ(pairs[0].a, (std::vector<int32_t>{1, 2, 3}));
    EXPECT_GE(pairs[0].b.front(), kOther);
  }
}

TEST(SentencePairs, TakeASingleSegmentsSecondTextFromItsOwnDocumentAsMlpen) {
  int64_t first_is_tail = 0;
  constexpr int kSamples = 400;
  for (uint64_t sample = 0; sample < kSamples; ++sample) {
    // The first pair takes the long segment alone.
    const TokenDocument document = {{1, 2, 3, 4, 5, 6}, {7}};
    const auto pairs =
        pairs_of(document, {.max_length = 9, .short_share = 0, .mlpen = true}, sample);
    for (const SentencePair& pair : pairs) {
      for (const int32_t id : pair.a) EXPECT_LT(id, kOther);
      for (const int32_t id : pair.b) EXPECT_LT(id, kOther);
      EXPECT_EQ(pair.label, 1);
    }
    // {7} alone, with the second text drawn from the document: swapped half the time.
    first_is_tail +=
        pairs.back().a == std::vector<int32_t>{7} && pairs.back().b != std::vector<int32_t>{7};
  }
  EXPECT_GT(first_is_tail, 50);
  EXPECT_LT(first_is_tail, 200);
}

TEST(SentencePairs, NextSentenceTakesEverySegmentOnce) {
  int64_t pairs = 0, other = 0;
  for (uint64_t sample = 0; sample < 1000; ++sample) {
    std::vector<int32_t> own;
    for (const SentencePair& pair :
         pairs_of(counting_document(24, 4, 0),
                  {.objective = SentencePairOptions::Objective::next, .max_length = 203}, sample)) {
      const bool from_other = pair.b.front() >= kOther;
      EXPECT_EQ(pair.label, from_other ? 1 : 0);
      if (!from_other) {
        EXPECT_EQ(pair.a.back() + 1, pair.b.front());
      }
      ++pairs;
      other += from_other;
      own.insert(own.end(), pair.a.begin(), pair.a.end());
      if (!from_other) own.insert(own.end(), pair.b.begin(), pair.b.end());
    }
    // Segments behind the cut come again when the second text is another document's.
    ASSERT_TRUE(std::is_sorted(own.begin(), own.end()));
    EXPECT_EQ(own.size(), 96u);
  }
  EXPECT_GT(other, pairs / 3);
}

TEST(SentencePairs, MakeSomePairsShort) {
  int64_t pairs = 0, shorter = 0;
  for (uint64_t sample = 0; sample < 300; ++sample) {
    for (const SentencePair& pair :
         pairs_of(counting_document(100, 1, 0), {.max_length = 23, .short_share = 0.1}, sample)) {
      ++pairs;
      shorter += pair.a.size() + pair.b.size() < 20;
    }
  }
  // A tenth, of which a target of 20 in 19 equal draws does not show, and each document's last.
  EXPECT_GT(shorter, pairs / 20);
  EXPECT_LT(shorter, pairs / 3);
}

}  // namespace
}  // namespace yoso::data
