#include "yoso/nn/dropout.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>

#include "lib/nn/nn_test_support.h"

namespace yoso::nn {
namespace {

/// The dropout with its mask number `seed`.
at::Tensor drop(Dropout& dropout, const at::Tensor& x, uint64_t seed = 1) {
  at::manual_seed(seed);
  return dropout(x);
}

TEST(Dropout, ZeroesTheShareAskedForAndKeepsTheMean) {
  constexpr int64_t kCount = 1 << 20;
  for (double p : {0.1, 0.5, 0.9}) {
    Dropout dropout(p);
    const at::Tensor y = drop(dropout, at::ones({kCount}));
    const at::Tensor zero = y.eq(0);
    const double deviation = std::sqrt(p * (1 - p) / kCount);
    EXPECT_NEAR(zero.to(at::kDouble).mean().item<double>(), p, 4 * deviation) << p;
    EXPECT_TRUE(zero.logical_or(y.eq(static_cast<float>(1 / (1 - p)))).all().item<bool>()) << p;
    // Neighbours, and the same place in another mask, are independent.
    const double pair = std::sqrt(p * p * (1 - p * p) / kCount);
    for (int64_t distance : {1, 2, 16, 64, 4096}) {
      const at::Tensor both = zero.slice(0, distance).logical_and(zero.slice(0, 0, -distance));
      EXPECT_NEAR(both.to(at::kDouble).mean().item<double>(), p * p, 5 * pair) << distance;
    }
    const at::Tensor both = zero.logical_and(drop(dropout, at::ones({kCount}), 2).eq(0));
    EXPECT_NEAR(both.to(at::kDouble).mean().item<double>(), p * p, 5 * pair) << p;
  }
}

TEST(Dropout, MaskIsAFunctionOfTheGeneratorAndThePosition) {
  Dropout dropout(0.3);
  const at::Tensor x = at::randn({7, 33, 1025});
  const at::Tensor first = drop(dropout, x);
  EXPECT_FALSE(at::equal(dropout(x), first));  // the next number of the generator
  EXPECT_TRUE(at::equal(drop(dropout, x), first));
  const int threads = at::get_num_threads();
  for (int count : {1, 2, 3, 5}) {
    at::set_num_threads(count);
    EXPECT_TRUE(at::equal(drop(dropout, x), first)) << count;
  }
  at::set_num_threads(threads);
  const at::Tensor strided = x.transpose(0, 2).contiguous().transpose(0, 2);
  EXPECT_TRUE(at::equal(drop(dropout, strided), first));
  // Longer inputs begin with the same mask.
  EXPECT_TRUE(at::equal(drop(dropout, x.narrow(0, 0, 3)), first.narrow(0, 0, 3)));
}

TEST(Dropout, GradientPassesWhereTheValueDid) {
  for (at::ScalarType type : {at::kFloat, at::kDouble, at::kBFloat16, at::kHalf}) {
    Dropout dropout(0.4);
    const at::Tensor x = at::rand({65, 129}).add_(0.5).to(type).requires_grad_();
    const at::Tensor y = drop(dropout, x);
    EXPECT_EQ(y.scalar_type(), type);
    const at::Tensor g = at::randn({65, 129}).to(type).requires_grad_();
    const at::Tensor dx = torch::autograd::grad({y}, {x}, {g}, {}, /*create_graph=*/true)[0];
    const at::Tensor expected = y.ne(0).to(at::kDouble) * g.to(at::kDouble) / 0.6;
    EXPECT_EQ(dx.scalar_type(), type);
    EXPECT_LT(max_difference(dx, expected), type == at::kDouble ? 1e-6 : 0.05) << type;
    // The gradient is linear in g, with the same mask again.
    const at::Tensor dg = torch::autograd::grad({dx}, {g}, {at::ones_like(g)})[0];
    EXPECT_TRUE(at::equal(dg.ne(0), y.ne(0))) << type;
  }
}

TEST(Dropout, AddsTheResidualInOnePass) {
  for (auto [residual_type, type] : {std::pair{at::kFloat, at::kFloat},
                                     {at::kDouble, at::kDouble},
                                     {at::kFloat, at::kBFloat16},
                                     {at::kBFloat16, at::kBFloat16},
                                     {at::kBFloat16, at::kFloat}}) {
    Dropout dropout(0.25);
    const at::Tensor residual = at::randn({5, 77, 16}).to(residual_type).requires_grad_();
    const at::Tensor x = at::rand({5, 77, 16}).add_(0.5).to(type).requires_grad_();
    const at::Tensor apart = residual + drop(dropout, x);
    at::manual_seed(1);
    const at::Tensor y = dropout->add(residual, x);
    EXPECT_EQ(y.scalar_type(), apart.scalar_type());
    EXPECT_LT(max_difference(y, apart), type == at::kBFloat16 ? 0.05 : 1e-6);
    const at::Tensor g = at::randn_like(y);
    const auto both = torch::autograd::grad({y}, {residual, x}, {g});
    const auto expected = torch::autograd::grad({apart}, {residual, x}, {g});
    for (size_t i = 0; i < 2; ++i) {
      EXPECT_EQ(both[i].scalar_type(), expected[i].scalar_type());
      EXPECT_LT(max_difference(both[i], expected[i]), type == at::kBFloat16 ? 0.05 : 1e-6);
    }
  }
}

TEST(Dropout, LeavesValuesAloneInEvaluationAndWithoutProbability) {
  const at::Tensor x = at::randn({9}), residual = at::randn({9});
  Dropout none(0);
  EXPECT_TRUE(none(x).is_same(x));
  Dropout evaluated(0.5);
  evaluated->eval();
  EXPECT_TRUE(evaluated(x).is_same(x));
  EXPECT_TRUE(at::equal(evaluated->add(residual, x), residual + x));
  Dropout all(1);
  EXPECT_TRUE(at::equal(all(x), at::zeros({9})));
  EXPECT_EQ(Dropout(0.5)(at::empty({0, 3})).sizes(), at::IntArrayRef({0, 3}));
  EXPECT_THROW(Dropout(1.5), c10::Error);
}

}  // namespace
}  // namespace yoso::nn
