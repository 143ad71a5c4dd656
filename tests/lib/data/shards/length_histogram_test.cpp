#include "yoso/data/shards/length_histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "yoso/util/random.h"

namespace yoso::data {
namespace {

TEST(LengthHistogram, GivesPercentilesByNearestRank) {
  LengthHistogram lengths;
  EXPECT_EQ(lengths.percentile(50), 0);
  for (int64_t i = 1; i <= 200; ++i) lengths.add(i);
  EXPECT_EQ(lengths.percentile(50), 100);
  EXPECT_EQ(lengths.percentile(90), 180);
  EXPECT_EQ(lengths.percentile(95), 190);
  EXPECT_EQ(lengths.percentile(99), 198);
  EXPECT_EQ(lengths.percentile(100), 200);
  EXPECT_EQ(lengths.between(0, 64), 63);
  EXPECT_EQ(lengths.between(64, 128), 64);
  EXPECT_EQ(lengths.between(128, 1024), 73);
}

TEST(LengthHistogram, KeepsLongLengthsWithinItsPrecision) {
  RandomStream random(1, "lengths");
  std::vector<int64_t> all;
  LengthHistogram lengths;
  for (int i = 0; i < 5000; ++i) {
    all.push_back(static_cast<int64_t>(std::exp(random.uniform() * 20)));
    lengths.add(all.back());
  }
  std::sort(all.begin(), all.end());
  EXPECT_EQ(lengths.count(), 5000);
  EXPECT_EQ(lengths.longest(), all.back());
  for (const double percent : {1., 10., 50., 90., 95., 99., 100.}) {
    const auto exact =
        static_cast<double>(all[static_cast<size_t>(std::ceil(percent / 100 * 5000)) - 1]);
    const auto found = static_cast<double>(lengths.percentile(percent));
    EXPECT_LE(found, exact) << percent;
    EXPECT_GE(found, exact * (1 - 1. / 64)) << percent;
  }
  int64_t sum = 0;
  for (int64_t from = 0, to = 64; from <= lengths.longest(); from = to, to *= 2) {
    sum += lengths.between(from, to);
  }
  EXPECT_EQ(sum, 5000);
}

TEST(LengthHistogram, IsTheSameAfterStoring) {
  LengthHistogram lengths;
  for (const int64_t length : {3, 3, 1023, 1024, 1030, 123457}) lengths.add(length);
  LengthHistogram again;
  for (const auto& [length, count] : lengths.entries()) again.add(length, count);
  EXPECT_EQ(again.entries(), lengths.entries());
  EXPECT_EQ(again.longest(), 123457);
}

}  // namespace
}  // namespace yoso::data
