#include "yoso/data/pretraining/masking.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace yoso::data {
namespace {

constexpr int32_t kVocabulary = 1000, kSpecials = 5, kMask = 4;

/// Ids 0 to 4 are special, every third of the others goes on with a word.
MaskVocabulary vocabulary() {
  MaskVocabulary v{.size = kVocabulary, .mask = kMask};
  for (int32_t id = 0; id < kVocabulary; ++id) {
    v.special.push_back(id < kSpecials);
    v.continues_word.push_back(id >= kSpecials && id % 3 == 0);
  }
  return v;
}

/// A first and last special token around random others.
std::vector<int32_t> random_ids(int64_t length, uint64_t sample) {
  RandomStream random(1, "ids", sample);
  std::vector<int32_t> ids = {2};
  for (int64_t i = 0; i < length; ++i) {
    ids.push_back(kSpecials + static_cast<int32_t>(random.below(kVocabulary - kSpecials)));
  }
  ids.push_back(3);
  return ids;
}

/// Within 4 standard errors of a share of n draws.
void expect_share(int64_t found, int64_t n, double share) {
  const double expected = share * static_cast<double>(n);
  EXPECT_NEAR(static_cast<double>(found), expected, 4 * std::sqrt(expected * (1 - share)));
}

TEST(MaskTokens, MasksAtItsRates) {
  const MaskVocabulary v = vocabulary();
  int64_t tokens = 0, chosen = 0, masked = 0, random = 0, kept = 0;
  for (uint64_t sample = 0; sample < 300; ++sample) {
    const std::vector<int32_t> before = random_ids(510, sample);
    std::vector<int32_t> after = before;
    const MaskedTokens m = mask_tokens(after, v, {}, RandomStream(7, "mask", 0, sample));
    tokens += 510;
    chosen += static_cast<int64_t>(m.positions.size());
    ASSERT_TRUE(std::is_sorted(m.positions.begin(), m.positions.end()));
    std::vector<int32_t> restored = after;
    for (size_t i = 0; i < m.positions.size(); ++i) {
      const auto at = static_cast<size_t>(m.positions[i]);
      EXPECT_EQ(m.labels[i], before[at]);
      EXPECT_GE(m.labels[i], kSpecials) << "a special token was chosen";
      (after[at] == kMask ? masked : after[at] == before[at] ? kept : random) += 1;
      EXPECT_TRUE(after[at] == kMask || after[at] >= kSpecials);
      restored[at] = m.labels[i];
    }
    EXPECT_EQ(restored, before) << "a token that was not chosen changed";
  }
  ASSERT_GE(tokens, 100000);
  expect_share(chosen, tokens, 0.15);
  expect_share(masked, chosen, 0.8);
  // A random token is the same one in 1 of 995 draws.
  expect_share(random, chosen, 0.1 * 994 / 995);
  expect_share(kept, chosen, 0.1 + 0.1 / 995);
}

TEST(MaskTokens, DrawsAnExactNumber) {
  const MaskVocabulary v = vocabulary();
  MaskingOptions options{.count = MaskingOptions::Count::exact, .most = 80};
  const auto count = [&](int64_t length) {
    std::vector<int32_t> ids = random_ids(length, 3);
    return mask_tokens(ids, v, options, RandomStream(1, "mask")).positions.size();
  };
  EXPECT_EQ(count(6), 0u);
  EXPECT_EQ(count(7), 1u);
  EXPECT_EQ(count(100), 15u);
  EXPECT_EQ(count(509), 76u);
  EXPECT_EQ(count(540), 80u);  // floor(81) capped
  EXPECT_EQ(count(4000), 80u);
  EXPECT_EQ(count(0), 0u);
}

TEST(MaskTokens, ReachesEveryPosition) {
  const MaskVocabulary v = vocabulary();
  std::vector<int64_t> hits(22);
  constexpr int kSamples = 20000;
  for (uint64_t sample = 0; sample < kSamples; ++sample) {
    std::vector<int32_t> ids = random_ids(20, 1);
    for (const int32_t at : mask_tokens(ids, v, {.count = MaskingOptions::Count::exact},
                                        RandomStream(1, "mask", sample))
                                .positions) {
      ++hits[static_cast<size_t>(at)];
    }
  }
  EXPECT_EQ(hits.front(), 0);
  EXPECT_EQ(hits.back(), 0);
  for (size_t i = 1; i + 1 < hits.size(); ++i) expect_share(hits[i], kSamples, 3.0 / 20);
}

TEST(MaskTokens, TakesWholeWords) {
  const MaskVocabulary v = vocabulary();
  for (const auto count : {MaskingOptions::Count::each, MaskingOptions::Count::exact}) {
    for (uint64_t sample = 0; sample < 50; ++sample) {
      const std::vector<int32_t> before = random_ids(200, sample);
      std::vector<int32_t> ids = before;
      const MaskedTokens m = mask_tokens(ids, v, {.count = count, .whole_words = true},
                                         RandomStream(2, "mask", sample));
      std::vector<bool> chosen(before.size());
      for (const int32_t at : m.positions) chosen[static_cast<size_t>(at)] = true;
      for (size_t i = 2; i + 1 < before.size(); ++i) {
        if (v.continues_word[static_cast<size_t>(before[i])]) {
          EXPECT_EQ(chosen[i], chosen[i - 1]) << i;
        }
      }
      if (count == MaskingOptions::Count::exact) {
        EXPECT_LE(m.positions.size(), 30u);
      }
    }
  }
}

TEST(MaskTokens, IsAFunctionOfItsStream) {
  const MaskVocabulary v = vocabulary();
  const auto mask = [&](uint64_t epoch) {
    std::vector<int32_t> ids = random_ids(500, 1);
    mask_tokens(ids, v, {}, RandomStream(1, "mask", epoch, 9));
    return ids;
  };
  EXPECT_EQ(mask(0), mask(0));
  EXPECT_NE(mask(0), mask(1));
}

TEST(MaskTokens, DrawsSpecialTokensTooWhenTheOriginalDoes) {
  const MaskVocabulary v = vocabulary();
  std::vector<int32_t> ids = random_ids(100000, 1);
  mask_tokens(ids, v, {.rate = 1, .masked = 0, .random = 1, .first_random = 1},
              RandomStream(1, "m"));
  EXPECT_EQ(std::count(ids.begin(), ids.end(), 0), 0);
  EXPECT_GT(std::count(ids.begin(), ids.end(), 1), 0);
}

}  // namespace
}  // namespace yoso::data
