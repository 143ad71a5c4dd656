#include "yoso/data/pretraining/masking.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "lib/data/pretraining/pretraining_test_support.h"
#include "support/user_error.h"

namespace yoso::data::pretraining {
namespace {

using yoso::testing::error_text;

/// [CLS], `count` tokens, [SEP].
Sample text_of(int64_t count, RandomStream& random) {
  Sample sample;
  sample.tokens = {2};
  for (int64_t i = 0; i < count; ++i)
    sample.tokens.push_back(static_cast<TokenId>(5 + random.below(995)));
  sample.tokens.push_back(3);
  return sample;
}

struct Counts {
  double tokens = 0, positions = 0, masked = 0, kept = 0, other = 0;
};

/// Masks samples until they held `tokens` tokens, and checks what holds for every one.
Counts count_masks(const MaskingOptions& options, int64_t tokens = 100'000, int64_t length = 100) {
  const Vocabulary vocabulary = small_vocabulary();
  const Masking masking(options, vocabulary);
  Counts counts;
  for (uint64_t i = 0; counts.tokens < static_cast<double>(tokens); ++i) {
    RandomStream text(1, "text", i), random(1, "masks", i);
    const Sample plain = text_of(length, text);
    Sample sample = plain;
    masking.apply(sample, random);
    counts.tokens += static_cast<double>(length);
    EXPECT_EQ(unmasked(sample), plain.tokens);
    EXPECT_TRUE(std::is_sorted(sample.masked.begin(), sample.masked.end(), std::less_equal<>()));
    EXPECT_EQ(sample.masked.size(), sample.targets.size());
    for (size_t k = 0; k < sample.masked.size(); ++k) {
      const TokenId shown = sample.tokens[sample.masked[k]];
      EXPECT_FALSE(vocabulary.is_special(sample.targets[k]));
      EXPECT_TRUE(shown >= 0 && shown < vocabulary.size);
      ++counts.positions;
      ++(shown == vocabulary.mask     ? counts.masked
         : shown == sample.targets[k] ? counts.kept
                                      : counts.other);
    }
  }
  return counts;
}

/// Within 4 standard errors of the rate of independent draws.
void expect_rate(double hits, double draws, double rate) {
  EXPECT_NEAR(hits / draws, rate, 4 * std::sqrt(rate * (1 - rate) / draws)) << hits << "/" << draws;
}

void expect_80_10_10(const Counts& counts) {
  // One draw in a thousand of another token gives the same one, or [MASK].
  expect_rate(counts.masked, counts.positions, 0.8 + 0.1 / 999);
  expect_rate(counts.kept, counts.positions, 0.1 + 0.1 / 999);
  expect_rate(counts.other, counts.positions, 0.1 - 0.2 / 999);
}

TEST(Masking, FixedRuleTakesTheRateRoundedDown) {
  const Counts counts = count_masks({.rule = MaskRule::fixed});
  EXPECT_EQ(counts.positions, 0.15 * counts.tokens);
  expect_80_10_10(counts);
}

TEST(Masking, IndependentRuleTakesEachTokenByItself) {
  const Counts counts = count_masks({.rule = MaskRule::independent});
  expect_rate(counts.positions, counts.tokens, 0.15);
  expect_80_10_10(counts);
}

TEST(Masking, FixedRuleEndsAtTheMost) {
  EXPECT_EQ(count_masks({.most = 9}, 1000).positions, 90);
  EXPECT_EQ(count_masks({.most = 80}, 10'000, 1000).positions, 800);
}

TEST(Masking, FewerThanSevenTokensGetNone) {
  EXPECT_EQ(count_masks({}, 6, 6).positions, 0);
  EXPECT_EQ(count_masks({}, 7, 7).positions, 1);
}

TEST(Masking, TheLeastIsTakenWhereThereIsSoMuch) {
  const Vocabulary vocabulary = small_vocabulary(60);
  const Masking masking({.rate = 0.1, .least = 2}, vocabulary);
  for (const size_t tokens : {1, 2, 5, 40}) {
    Sample sample;
    sample.tokens.assign(tokens, 7);
    RandomStream random(tokens);
    masking.apply(sample, random);
    EXPECT_EQ(sample.masked.size(), tokens == 1 ? 1U : tokens == 40 ? 4U : 2U) << tokens;
  }
}

TEST(Masking, EveryPositionIsTakenEquallyOften) {
  const Vocabulary vocabulary = small_vocabulary();
  const Masking masking({}, vocabulary);
  constexpr int kDraws = 20'000, kLength = 20;
  std::vector<double> hits(kLength + 2, 0);
  for (uint64_t i = 0; i < kDraws; ++i) {
    RandomStream text(1, "text"), random(1, "masks", i);
    Sample sample = text_of(kLength, text);
    masking.apply(sample, random);
    for (const int32_t position : sample.masked) ++hits[position];
  }
  EXPECT_EQ(hits.front(), 0);
  EXPECT_EQ(hits.back(), 0);
  for (int position = 1; position <= kLength; ++position) expect_rate(hits[position], kDraws, 0.15);
}

TEST(Masking, SpecialTokensWithinTheTextStay) {
  const Vocabulary vocabulary = small_vocabulary();
  const Masking masking({.rate = 1}, vocabulary);
  Sample sample;
  sample.tokens = {2, 10, 3, 4, 0, 12, 3};
  RandomStream random(1);
  masking.apply(sample, random);
  EXPECT_EQ(sample.masked, (std::vector<int32_t>{1, 5}));
  EXPECT_EQ(sample.targets, (std::vector<TokenId>{10, 12}));
}

TEST(Masking, WholeWordsAreTakenWholeAndWithinTheNumber) {
  const Vocabulary vocabulary = small_vocabulary();
  for (const MaskRule rule : {MaskRule::fixed, MaskRule::independent}) {
    const Masking masking({.rule = rule, .rate = 0.3, .whole_words = true}, vocabulary);
    double positions = 0, tokens = 0;
    for (uint64_t i = 0; i < 1500; ++i) {
      RandomStream text(2, "text", i), random(2, "masks", i);
      const Sample plain = text_of(100, text);
      Sample sample = plain;
      masking.apply(sample, random);
      const std::set<int32_t> masked(sample.masked.begin(), sample.masked.end());
      for (int32_t position = 2; position < 101; ++position) {
        if (!vocabulary.continues_word[plain.tokens[position]]) continue;
        EXPECT_EQ(masked.contains(position), masked.contains(position - 1))
            << "position " << position;
      }
      EXPECT_LE(masked.size(), rule == MaskRule::fixed ? 30U : 100U);
      positions += static_cast<double>(masked.size());
      tokens += 100;
    }
    EXPECT_NEAR(positions / tokens, 0.3, 0.01)
        << (rule == MaskRule::fixed ? "fixed" : "independent");
  }
}

TEST(Masking, AnotherTokenIsAnyButThePaddingToken) {
  Vocabulary vocabulary = small_vocabulary(8);
  vocabulary.pad = 1;
  for (const bool any : {false, true}) {
    const Masking masking({.rate = 1, .mask_fraction = 0, .random_fraction = 1, .any_random = any},
                          vocabulary);
    std::vector<double> shown(8, 0);
    constexpr int kDraws = 8000;
    for (uint64_t i = 0; i < kDraws; ++i) {
      Sample sample;
      sample.tokens = {5};
      RandomStream random(1, "masks", i);
      masking.apply(sample, random);
      ++shown[sample.tokens[0]];
    }
    for (int id = 0; id < 8; ++id) {
      if (id == 1 && !any) {
        EXPECT_EQ(shown[id], 0);
      } else {
        expect_rate(shown[id], kDraws, any ? 1.0 / 8 : 1.0 / 7);
      }
    }
  }
}

TEST(Masking, RefusesWhatTheVocabularyLacks) {
  Vocabulary vocabulary = small_vocabulary();
  vocabulary.continues_word.clear();
  EXPECT_NE(error_text([&] { Masking({.whole_words = true}, vocabulary); }).find("whole words"),
            std::string::npos);
  vocabulary.mask = -1;
  EXPECT_NE(error_text([&] { Masking({}, vocabulary); }).find("no mask token"), std::string::npos);
}

}  // namespace
}  // namespace yoso::data::pretraining
