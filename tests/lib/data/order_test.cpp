#include "yoso/data/order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <vector>

namespace yoso::data {
namespace {

/// The first `count` rows of the stream.
std::vector<int64_t> stream(const DataOrder& order, int64_t steps) {
  std::vector<int64_t> rows;
  for (int64_t step = 0; step < steps; ++step) {
    const auto batch = order.rows(step);
    rows.insert(rows.end(), batch.begin(), batch.end());
  }
  return rows;
}

TEST(DataOrder, EveryEpochIsAPermutation) {
  for (const auto& [size, batch_size] : {std::pair{100, 7}, {64, 64}, {10, 3}, {5, 12}, {1, 4}}) {
    SCOPED_TRACE(testing::Message() << size << " rows in batches of " << batch_size);
    constexpr int64_t kEpochs = 4;
    const DataOrder order(1, size, batch_size);
    const auto rows = stream(order, (kEpochs * size + batch_size - 1) / batch_size);
    std::vector<int64_t> all(size);
    std::iota(all.begin(), all.end(), 0);
    for (int64_t epoch = 0; epoch < kEpochs; ++epoch) {
      EXPECT_TRUE(std::is_permutation(all.begin(), all.end(), rows.begin() + epoch * size))
          << "epoch " << epoch;
    }
  }
}

TEST(DataOrder, EpochsAndSeedsDiffer) {
  constexpr int64_t kSize = 50;
  const DataOrder one(1, kSize, kSize);
  EXPECT_NE(one.rows(0), one.rows(1));
  EXPECT_NE(one.rows(0), DataOrder(2, kSize, kSize).rows(0));
  EXPECT_FALSE(std::is_sorted(one.rows(0).begin(), one.rows(0).end()));
}

TEST(DataOrder, IsAFunctionOfSeedAndStep) {
  const DataOrder forward(3, 41, 6);
  std::vector<std::vector<int64_t>> batches;
  for (int64_t step = 0; step < 30; ++step) batches.push_back(forward.rows(step));
  const DataOrder backward(3, 41, 6);
  for (int64_t step = 29; step >= 0; --step)
    EXPECT_EQ(backward.rows(step), batches[step]) << "step " << step;
}

TEST(DataOrder, BatchSizeOnlyCutsTheStream) {
  const auto narrow = stream(DataOrder(4, 30, 2), 45);
  const auto wide = stream(DataOrder(4, 30, 9), 10);
  EXPECT_EQ(narrow, wide);
}

TEST(DataOrder, EpochIsThatOfTheFirstRow) {
  const DataOrder order(1, 10, 4);
  const std::vector<int64_t> expected = {0, 0, 0, 1, 1, 2};  // rows 0, 4, 8, 12, 16, 20
  for (size_t step = 0; step < expected.size(); ++step)
    EXPECT_EQ(order.epoch(step), expected[step]) << step;
}

TEST(DataOrder, PositionsAreUniform) {
  // Where row 0 comes in its epoch, over 4,000 epochs: 8 places of 500 ± 21 each; 5 deviations
  // allowed.
  constexpr int64_t kSize = 8, kEpochs = 4000;
  const DataOrder order(5, kSize, kSize);
  std::vector<int64_t> places(kSize, 0);
  for (int64_t epoch = 0; epoch < kEpochs; ++epoch) {
    const auto rows = order.rows(epoch);
    ++places[std::find(rows.begin(), rows.end(), 0) - rows.begin()];
  }
  for (int64_t place = 0; place < kSize; ++place)
    EXPECT_NEAR(places[place], 500, 105) << "place " << place;
}

TEST(DataOrder, RefusesNothingToOrder) {
  EXPECT_THROW(DataOrder(1, 0, 4), std::invalid_argument);
  EXPECT_THROW(DataOrder(1, 4, 0), std::invalid_argument);
}

TEST(RankSlice, SlicesPartitionABatch) {
  for (int64_t rows : {0, 1, 7, 32, 33}) {
    for (int64_t world : {1, 2, 3, 8}) {
      int64_t next = 0;
      for (int64_t rank = 0; rank < world; ++rank) {
        const Slice slice = rank_slice(rows, rank, world);
        EXPECT_EQ(slice.first, next) << rows << " rows, rank " << rank << " of " << world;
        EXPECT_TRUE(slice.count == rows / world || slice.count == rows / world + 1);
        next += slice.count;
      }
      EXPECT_EQ(next, rows);
    }
  }
}

}  // namespace
}  // namespace yoso::data
