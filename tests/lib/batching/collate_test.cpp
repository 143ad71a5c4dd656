#include "yoso/batching/collate.h"

#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <vector>

#include "yoso/data/byte_dataset.h"

namespace yoso::batching {
namespace {

using Row = std::vector<data::ByteDataset::Token>;

data::ByteDataset make(const std::vector<std::pair<Row, int64_t>>& rows) {
  data::ByteDataset sequences;
  for (const auto& [tokens, label] : rows) sequences.add(tokens, label);
  return sequences;
}

at::Tensor longs(std::vector<int64_t> values) { return at::tensor(values, at::kLong); }

TEST(ByteDataset, CollatePadsToTheLongestRowOnly) {
  const data::ByteDataset rows = make({{{1, 2, 3, 4, 5}, 0}, {{6}, 1}, {{7, 8, 9}, 2}});
  const Batch batch = collate(rows, std::vector<int64_t>{2, 1}, /*first_row=*/10);
  EXPECT_TRUE(batch.input_ids.equal(longs({7, 8, 9, 6, 0, 0}).view({2, 3}))) << batch.input_ids;
  EXPECT_TRUE(batch.mask.equal(longs({1, 1, 1, 1, 0, 0}).view({2, 3}).to(at::kBool))) << batch.mask;
  EXPECT_TRUE(batch.labels.equal(longs({2, 1})));
  EXPECT_TRUE(batch.rows.equal(longs({10, 11})));
  EXPECT_EQ(batch.weight, 2);
  EXPECT_EQ(batch.tokens, 4);
}

TEST(ByteDataset, NoMaskWhereNothingIsPadded) {
  const data::ByteDataset rows = make({{{1, 2}, 0}, {{3, 4}, 1}, {{5}, 0}});
  EXPECT_FALSE(collate(rows, std::vector<int64_t>{0, 1}, 0).mask.defined());
  EXPECT_TRUE(collate(rows, std::vector<int64_t>{0, 2}, 0).mask.defined());
  EXPECT_FALSE(collate(rows, std::vector<int64_t>{0, 1}, 0).to(at::kCPU).mask.defined());
}

TEST(ByteDataset, AppendContinuesTheRows) {
  data::ByteDataset rows = make({{{1, 2}, 3}});
  rows.append(make({{{4}, 5}, {{}, 6}, {{7, 8}, 9}}));
  const data::ByteDataset expected = make({{{1, 2}, 3}, {{4}, 5}, {{}, 6}, {{7, 8}, 9}});
  ASSERT_EQ(rows.size(), 4);
  EXPECT_EQ(rows.total_tokens(), 5);
  for (int64_t row = 0; row < rows.size(); ++row) {
    EXPECT_EQ(Row(rows.tokens(row).begin(), rows.tokens(row).end()),
              Row(expected.tokens(row).begin(), expected.tokens(row).end()));
    EXPECT_EQ(rows.label(row), expected.label(row));
  }
  EXPECT_EQ(rows.checksum(), expected.checksum());
}

TEST(ByteDataset, ChecksumSeesEveryChange) {
  const auto sum = make({{{1, 2, 3}, 0}, {{4}, 1}}).checksum();
  EXPECT_EQ(sum, make({{{1, 2, 3}, 0}, {{4}, 1}}).checksum());
  EXPECT_NE(sum, make({{{1, 2, 4}, 0}, {{4}, 1}}).checksum());  // a token
  EXPECT_NE(sum, make({{{1, 2, 3}, 0}, {{4}, 2}}).checksum());  // a label
  EXPECT_NE(sum, make({{{1, 2}, 0}, {{3, 4}, 1}}).checksum());  // where rows end
  EXPECT_NE(sum, make({{{4}, 1}, {{1, 2, 3}, 0}}).checksum());  // the order of rows
}

TEST(ByteDataset, CountsClasses) {
  EXPECT_EQ(make({{{1}, 2}, {{1}, 0}, {{1}, 2}}).class_counts(4),
            (std::vector<int64_t>{1, 0, 2, 0}));
}

TEST(Split, Names) {
  EXPECT_STREQ(name(data::Split::train), "train");
  EXPECT_STREQ(name(data::Split::dev), "dev");
  EXPECT_STREQ(name(data::Split::test), "test");
}

}  // namespace
}  // namespace yoso::batching
