#include "yoso/batching/order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <tuple>
#include <vector>

namespace yoso::batching {
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

std::vector<int32_t> some_lengths(int64_t size) {
  std::vector<int32_t> lengths;
  for (int64_t row = 0; row < size; ++row) lengths.push_back(static_cast<int32_t>(row * 37 % 101));
  return lengths;
}

TEST(DataOrder, BatchesByLengthAreStillAPermutationOfEachEpoch) {
  for (const auto& [size, batch_size, pool] :
       {std::tuple{100, 7, 3}, {64, 8, 100}, {10, 3, 2}, {5, 12, 4}, {1, 4, 2}, {97, 8, 5}}) {
    SCOPED_TRACE(testing::Message() << size << " rows in batches of " << batch_size);
    constexpr int64_t kEpochs = 5;
    const DataOrder order(1, size, batch_size, some_lengths(size), pool);
    const auto rows = stream(order, (kEpochs * size + batch_size - 1) / batch_size);
    std::vector<int64_t> all(size);
    std::iota(all.begin(), all.end(), 0);
    for (int64_t epoch = 0; epoch < kEpochs; ++epoch) {
      EXPECT_TRUE(std::is_permutation(all.begin(), all.end(), rows.begin() + epoch * size))
          << "epoch " << epoch;
    }
  }
}

TEST(DataOrder, BatchesByLengthAreAFunctionOfSeedAndStep) {
  const DataOrder forward(3, 205, 8, some_lengths(205), 4);
  const DataOrder backward(3, 205, 8, some_lengths(205), 4);
  std::vector<std::vector<int64_t>> batches;
  for (int64_t step = 0; step < 80; ++step) batches.push_back(forward.rows(step));
  for (int64_t step = 79; step >= 0; --step) EXPECT_EQ(backward.rows(step), batches[step]);
  EXPECT_NE(DataOrder(4, 205, 8, some_lengths(205), 4).rows(0), batches[0]);
}

/// The share of padding when each batch is as long as its longest row.
double padding(const DataOrder& order, const std::vector<int32_t>& lengths, int64_t steps) {
  double real = 0, places = 0;
  for (int64_t step = 0; step < steps; ++step) {
    const auto rows = order.rows(step);
    int32_t longest = 0;
    for (int64_t row : rows) {
      longest = std::max(longest, lengths[row]);
      real += lengths[row];
    }
    places += static_cast<double>(longest) * static_cast<double>(rows.size());
  }
  return 1 - real / places;
}

TEST(DataOrder, BatchesByLengthHoldLessPadding) {
  constexpr int64_t kRows = 3200, kBatch = 32, kSteps = 300;  // three epochs
  const auto lengths = some_lengths(kRows);
  const double mixed = padding(DataOrder(1, kRows, kBatch), lengths, kSteps);
  const double alike = padding(DataOrder(1, kRows, kBatch, lengths, 50), lengths, kSteps);
  EXPECT_GT(mixed, 0.4);
  EXPECT_LT(alike, 0.05);
  EXPECT_EQ(padding(DataOrder(1, kRows, kBatch, lengths, 1), lengths, kSteps), mixed);
}

TEST(DataOrder, TheOrderOfBatchesSaysNothingOfTheirLength) {
  constexpr int64_t kRows = 3200, kBatch = 32;
  const auto lengths = some_lengths(kRows);
  const DataOrder order(1, kRows, kBatch, lengths, 100);
  // The longest row of each of the first epoch's batches: rising in as many steps as falling.
  int rising = 0, falling = 0;
  int32_t before = 0;
  for (int64_t step = 0; step < 100; ++step) {
    int32_t longest = 0;
    for (int64_t row : order.rows(step)) longest = std::max(longest, lengths[row]);
    if (step > 0) ++(longest > before ? rising : falling);
    before = longest;
  }
  EXPECT_GT(rising, 30);
  EXPECT_GT(falling, 30);
}

TEST(DataOrder, RefusesLengthsOfOtherRows) {
  EXPECT_THROW(DataOrder(1, 10, 2, some_lengths(9), 2), std::invalid_argument);
  EXPECT_THROW(DataOrder(1, 10, 2, some_lengths(10), 0), std::invalid_argument);
}

TEST(DataOrder, BatchSizeOnlyCutsTheStream) {
  const auto narrow = stream(DataOrder(4, 30, 2), 45);
  const auto wide = stream(DataOrder(4, 30, 9), 10);
  EXPECT_EQ(narrow, wide);
}

TEST(DataOrder, EpochsOfRows) {
  const DataOrder order(1, 10, 4);
  const std::vector<int64_t> expected = {0, 0, 0, 1, 1, 2};  // rows 0, 4, 8, 12, 16, 20
  for (size_t step = 0; step < expected.size(); ++step)
    EXPECT_EQ(order.epoch(step), expected[step]) << step;
  for (int64_t row = 0; row < 4; ++row) EXPECT_EQ(order.epoch(2, row), row < 2 ? 0 : 1) << row;
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
}  // namespace yoso::batching
