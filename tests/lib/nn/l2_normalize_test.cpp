#include "yoso/nn/attention/l2_normalize.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "lib/nn/nn_test_support.h"

namespace yoso::nn {
namespace {

/// The same as a composition of tensor operations, which differentiates itself.
at::Tensor composed(const at::Tensor& x) {
  return x / x.norm(2, {-1}, /*keepdim=*/true).clamp_min(1e-12);
}

struct Case {
  at::ScalarType type;
  double tolerance;
};

TEST(L2Normalize, AgreesWithTheCompositionForAnyLayoutAndWidth) {
  for (const auto& [type, tolerance] :
       {Case{at::kDouble, 1e-13}, {at::kFloat, 1e-5}, {at::kBFloat16, 0.03}, {at::kHalf, 0.01}}) {
    for (int64_t dim : {1, 3, 16, 32, 33, 64, 100}) {
      const at::Tensor dense = at::randn({2, 5, 3, dim}).to(type);
      const at::Tensor padded = at::randn({2, 3, 5, 2 * dim + 1}).to(type);
      for (const at::Tensor& layout : {dense, dense.transpose(1, 2).contiguous().transpose(1, 2),
                                       padded.narrow(-1, 1, dim).transpose(1, 2),
                                       padded.slice(-1, 0, 2 * dim, 2).transpose(1, 2)}) {
        SCOPED_TRACE(::testing::Message() << type << ", dim " << dim << ", " << layout.strides());
        const at::Tensor x = layout.detach().requires_grad_();
        const at::Tensor wide = layout.detach().to(at::kDouble).requires_grad_();
        const at::Tensor y = l2_normalize(x), expected = composed(wide);
        EXPECT_EQ(y.scalar_type(), type);
        EXPECT_LT(max_difference(y, expected), tolerance);
        const at::Tensor g = at::randn({2, 3, 5, dim}).transpose(1, 2).to(type);
        const at::Tensor dx = torch::autograd::grad({y}, {x}, {g})[0];
        const at::Tensor dwide = torch::autograd::grad({expected}, {wide}, {g.to(at::kDouble)})[0];
        // Rows of norm r scale gradients by 1/r.
        const at::Tensor scale = wide.detach().norm(2, {-1}, true).clamp_max(1);
        EXPECT_LT(max_difference(dx.to(at::kDouble) * scale, dwide * scale), 8 * tolerance);
      }
    }
  }
}

TEST(L2Normalize, DividesByTheNormAndPassesNothingThroughZeroRows) {
  const at::Tensor x =
      at::tensor({3.0f, 4.0f, 0.0f, 0.0f, 1e-14f, 0.0f}).view({3, 2}).requires_grad_();
  const at::Tensor y = l2_normalize(x.view({1, 3, 1, 2})).view({3, 2});
  EXPECT_LT(max_difference(y, at::tensor({0.6, 0.8, 0.0, 0.0, 0.01, 0.0}).view({3, 2})), 1e-7);
  y.backward(at::ones({3, 2}));
  // (g − y (g·y)) / ‖x‖
  EXPECT_NEAR(x.grad()[0][0].item<double>(), (1 - 0.6 * 1.4) / 5, 1e-6);
  EXPECT_NEAR(x.grad()[0][1].item<double>(), (1 - 0.8 * 1.4) / 5, 1e-6);
  EXPECT_EQ(x.grad()[1].abs().max().item<double>(), 0);
  EXPECT_NEAR(x.grad()[2][0].item<double>(), 1e12, 1e6);  // only scaled
}

TEST(L2Normalize, HalfPrecisionRowsDoNotOverflow) {
  const at::Tensor x =
      at::tensor({60000.0f, 60000.0f, 0.0f, 0.0f}).view({2, 1, 1, 2}).to(at::kHalf);
  const at::Tensor y = l2_normalize(x);
  EXPECT_EQ(y.scalar_type(), at::kHalf);
  EXPECT_LT(max_difference(y, at::tensor({0.70711, 0.70711, 0.0, 0.0}).view({2, 1, 1, 2})), 1e-3);
}

TEST(L2Normalize, HeadsOfTheResultMergeWithoutACopy) {
  const at::Tensor y = l2_normalize(at::randn({2, 4, 7, 8}));
  EXPECT_TRUE(y.transpose(1, 2).is_contiguous());
}

TEST(L2Normalize, SameBitsForAnyNumberOfThreads) {
  const at::Tensor x = at::randn({3, 4, 1025, 32}).requires_grad_();
  const at::Tensor g = at::randn({3, 4, 1025, 32});
  const auto both = [&] {
    const at::Tensor y = l2_normalize(x);
    return at::stack({y.detach(), torch::autograd::grad({y}, {x}, {g})[0]});
  };
  const int threads = at::get_num_threads();
  const at::Tensor first = both();
  for (int count : {1, 2, 3}) {
    at::set_num_threads(count);
    EXPECT_TRUE(at::equal(both(), first)) << count;
  }
  at::set_num_threads(threads);
}

TEST(L2Normalize, ASecondDerivativeIsAnErrorAndNotZero) {
  const at::Tensor x = at::randn({1, 1, 2, 8}).requires_grad_();
  const at::Tensor y = l2_normalize(x);
  EXPECT_THROW(torch::autograd::grad({y}, {x}, {at::ones_like(y)}, {}, /*create_graph=*/true),
               c10::Error);
}

}  // namespace
}  // namespace yoso::nn
