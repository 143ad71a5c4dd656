#include "yoso/nn/pooling.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace yoso::nn {
namespace {

const at::Tensor kHidden = at::arange(1, 13, at::kFloat).view({2, 3, 2});
const at::Tensor kMask = at::tensor({1, 1, 0, 1, 1, 1}, at::kLong).view({2, 3}).to(at::kBool);

TEST(Pooling, MeanIsOverTheRealTokens) {
  EXPECT_TRUE(pool(kHidden, {}, Pooling::mean).equal(kHidden.mean(1)));
  EXPECT_TRUE(
      pool(kHidden, kMask, Pooling::mean).equal(at::tensor({2.F, 3.F, 9.F, 10.F}).view({2, 2})));
}

TEST(Pooling, PublishedMeanDividesByThePaddedLength) {
  EXPECT_TRUE(pool(kHidden, kMask, Pooling::mean, 8)
                  .allclose(at::tensor({0.5F, 0.75F, 27 / 8.F, 30 / 8.F}).view({2, 2})));
  EXPECT_TRUE(pool(kHidden, {}, Pooling::mean, 8).allclose(kHidden.sum(1) / 8));
}

TEST(Pooling, ClsGoesBeforeEachRowAndPushesTheLastOut) {
  const at::Tensor ids = at::tensor({1, 2, 0, 3, 4, 5}, at::kLong).view({2, 3});
  const auto [longer, mask] = prepend_cls(ids, kMask, 9, 10);
  EXPECT_TRUE(longer.equal(at::tensor({9, 1, 2, 0, 9, 3, 4, 5}, at::kLong).view({2, 4})));
  EXPECT_TRUE(
      mask.equal(at::tensor({1, 1, 1, 0, 1, 1, 1, 1}, at::kLong).view({2, 4}).to(at::kBool)));
  const auto [cut, none] = prepend_cls(ids, {}, 9, 3);
  EXPECT_TRUE(cut.equal(at::tensor({9, 1, 2, 9, 3, 4}, at::kLong).view({2, 3})));
  EXPECT_FALSE(none.defined());
  EXPECT_TRUE(pool(kHidden, kMask, Pooling::cls).equal(kHidden.select(1, 0)));
}

}  // namespace
}  // namespace yoso::nn
