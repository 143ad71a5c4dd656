#include <gtest/gtest.h>

#include <limits>

#include "support/attention_oracle.h"
#include "support/jacobian.h"
#include "support/near.h"

namespace yoso::ops {
namespace {

using testing::AttentionProblem;
using testing::AttentionResult;
using testing::AttentionSizes;
using testing::near;
using testing::random_problem;

const std::vector<std::string> kGradients{"exact", "lower_bound"};

void expect_oracle(const AttentionProblem& p, double tolerance) {
  for (const std::string& gradient : kGradients) {
    SCOPED_TRACE(gradient);
    const AttentionResult actual = run_expected(p, gradient),
                          expected = expected_oracle(p, gradient);
    EXPECT_TRUE(near(actual.output, expected.output, tolerance)) << "output";
    EXPECT_TRUE(near(actual.query, expected.query, tolerance)) << "gradient of query";
    EXPECT_TRUE(near(actual.key, expected.key, tolerance)) << "gradient of key";
    EXPECT_TRUE(near(actual.value, expected.value, tolerance)) << "gradient of value";
  }
}

/// p(x) and dp/dx from two unit rows at product x in the plane.
struct Point {
  double p, derivative, surrogate;
};

Point evaluate(double x, int64_t bits, at::ScalarType dtype) {
  const at::Tensor query = at::tensor({1.0, 0.0}, dtype).view({1, 1, 1, 2}).requires_grad_();
  const at::Tensor key =
      at::tensor({x, std::sqrt(1 - x * x)}, at::kDouble).to(dtype).view({1, 1, 1, 2});
  const at::Tensor value = at::ones({1, 1, 1, 1}, dtype);
  Point point{};
  for (const std::string& gradient : kGradients) {
    const at::Tensor out = expected_attention(query, key, value, bits, {}, {}, gradient);
    point.p = out.item<double>();
    // grad query = (p w) key, so its product with the key is p w.
    const double slope =
        (torch::autograd::grad({out.sum()}, {query})[0] * key).sum().item<double>();
    (gradient == "exact" ? point.derivative : point.surrogate) = slope;
  }
  return point;
}

struct Golden {
  double x;
  int64_t bits;
  double p;
};

TEST(ExpectedAttention, ProbabilitiesOfTheTable) {
  const Golden table[] = {{-0.5, 8, 1.52416e-4},
                          {-0.5, 12, 1.88168e-6},
                          {0, 8, 0.00390625},
                          {0, 9, 0.00195312},
                          {0, 10, 9.76562e-4},
                          {0, 12, 2.44141e-4},
                          {0.25, 8, 0.0128826},
                          {0.25, 11, 0.00251915},
                          {0.5, 8, 0.0390184},
                          {0.5, 9, 0.0260123},
                          {0.5, 12, 0.00770735},
                          {0.7, 10, 0.0539685},
                          {0.8, 8, 0.159834},
                          {0.8, 11, 0.0803606},
                          {0.9, 9, 0.247881},
                          {0.95, 10, 0.344507},
                          {0.99, 8, 0.691564},
                          {0.99, 12, 0.575107},
                          {0.999, 9, 0.878931},
                          {0.999, 12, 0.841924},
                          {1, 8, 1},
                          {1, 12, 1},
                          {-1, 8, 0}};
  for (const Golden& row : table) {
    EXPECT_NEAR(evaluate(row.x, row.bits, at::kDouble).p, row.p, 6e-6 * row.p + 1e-15) << row.x;
    EXPECT_NEAR(evaluate(row.x, row.bits, at::kFloat).p, row.p, 3e-5 * row.p + 1e-15) << row.x;
  }
}

TEST(ExpectedAttention, DerivativesOfTheTable) {
  struct Row {
    double x;
    int64_t bits;
    double derivative, surrogate;
  };
  const Row table[] = {
      {0, 8, 0.0198944, 0.015625},   {0, 9, 0.0111906, 0.00878906}, {0, 12, 0.0018651, 0.00146484},
      {0.5, 8, 0.172096, 0.156074},  {0.5, 9, 0.129072, 0.117055},  {0.8, 8, 0.853097, 0.639334},
      {0.8, 12, 0.511592, 0.383401}, {0.9, 9, 1.90224, 1.11547},    {0.95, 12, 3.78832, 1.67028},
      {0.99, 8, 13.0728, 2.76626},   {0.99, 12, 16.307, 3.45064}};
  for (const Row& row : table) {
    const Point point = evaluate(row.x, row.bits, at::kDouble);
    EXPECT_NEAR(point.derivative, row.derivative, 6e-6 * row.derivative)
        << row.x << " " << row.bits;
    EXPECT_NEAR(point.surrogate, row.surrogate, 6e-6 * row.surrogate) << row.x << " " << row.bits;
    const Point rough = evaluate(row.x, row.bits, at::kFloat);
    EXPECT_NEAR(rough.derivative, row.derivative, 3e-5 * row.derivative)
        << row.x << " " << row.bits;
  }
  // The lower bound is one, and closest where (π − θ) sin θ is largest.
  EXPECT_NEAR(
      evaluate(0.442122, 8, at::kDouble).derivative / evaluate(0.442122, 8, at::kDouble).surrogate,
      1.099079, 2e-6);
}

TEST(ExpectedAttention, IsFiniteAtTheEnds) {
  for (double x : {1.0, -1.0}) {
    for (int64_t bits : {1, 2, 9}) {
      for (at::ScalarType dtype : {at::kDouble, at::kFloat}) {
        const Point point = evaluate(x, bits, dtype);
        EXPECT_EQ(point.p, x > 0 ? 1 : 0);
        // At 1: bits times the largest w/τ of the clamp.
        const double expected = x > 0 ? 22.6103 * bits : 0;
        EXPECT_NEAR(std::abs(point.derivative), expected, 2e-3 * expected) << bits << dtype;
      }
    }
  }
}

class ExpectedAttentionSizes : public ::testing::TestWithParam<AttentionSizes> {};

TEST_P(ExpectedAttentionSizes, MatchTheDenseOracle) {
  const AttentionSizes sizes = GetParam();
  expect_oracle(random_problem(sizes, 31), 1e-9);
  expect_oracle(random_problem(sizes, 32, at::kFloat), 5e-4);
  AttentionProblem p = random_problem(sizes, 33);
  p.query_mask = at::rand({sizes.batch, sizes.queries}).lt(0.7);
  p.key_mask = at::rand({sizes.batch, sizes.keys}).lt(0.7);
  expect_oracle(p, 1e-9);
}

// batch, heads, queries, keys, head_dim, value_dim, hashes (unused), bits
INSTANTIATE_TEST_SUITE_P(Sizes, ExpectedAttentionSizes,
                         ::testing::Values(AttentionSizes{1, 1, 1, 1, 1, 1, 1, 1},
                                           AttentionSizes{2, 3, 7, 8, 3, 5, 1, 2},
                                           AttentionSizes{2, 1, 8, 7, 8, 8, 1, 3},
                                           AttentionSizes{1, 2, 9, 33, 24, 17, 1, 5},
                                           AttentionSizes{3, 2, 33, 9, 80, 80, 1, 16},
                                           AttentionSizes{1, 1, 129, 128, 64, 32, 1, 11},
                                           AttentionSizes{1, 2, 150, 300, 16, 24, 1, 13},
                                           AttentionSizes{1, 1, 1000, 1000, 8, 24, 1, 10},
                                           AttentionSizes{2, 2, 0, 5, 4, 3, 1, 2},
                                           AttentionSizes{2, 2, 5, 0, 4, 3, 1, 2},
                                           AttentionSizes{0, 2, 5, 5, 4, 3, 1, 2}));

TEST(ExpectedAttention, ExactGradientsAreTheNumericJacobian) {
  const AttentionProblem p = random_problem({1, 2, 4, 5, 6, 3, 1, 5}, 34);
  ASSERT_LT(at::matmul(p.query, p.key.transpose(-1, -2)).abs().max().item<double>(), 1 - 1e-3);
  const auto check = [](const testing::TensorFunction& f, const at::Tensor& x) {
    EXPECT_TRUE(near(testing::autograd_jacobian(f, x), testing::numeric_jacobian(f, x), 1e-7));
  };
  check([&](const at::Tensor& q) { return expected_attention(q, p.key, p.value, p.bits); },
        p.query);
  check([&](const at::Tensor& k) { return expected_attention(p.query, k, p.value, p.bits); },
        p.key);
  check([&](const at::Tensor& v) { return expected_attention(p.query, p.key, v, p.bits); },
        p.value);
}

TEST(ExpectedAttention, ClampsProductsOfLongRows) {
  AttentionProblem p = random_problem({1, 2, 20, 20, 6, 3, 1, 5}, 35);
  p.query *= 3;
  expect_oracle(p, 1e-9);
}

TEST(ExpectedAttention, HiddenRowsAreNeverRead) {
  AttentionProblem p = random_problem({3, 2, 20, 26, 8, 12, 1, 3}, 36, at::kFloat);
  p.query_mask = at::rand({3, 20}).lt(0.6);
  p.key_mask = at::rand({3, 26}).lt(0.6);
  (*p.key_mask)[1].fill_(false);
  (*p.query_mask)[2].fill_(false);
  AttentionProblem spoilt = p;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const auto rows = [](const at::Tensor& mask) { return mask.unsqueeze(1).unsqueeze(-1); };
  spoilt.query = at::where(rows(*p.query_mask), p.query, nan);
  spoilt.grad = at::where(rows(*p.query_mask), p.grad, nan);
  spoilt.key = at::where(rows(*p.key_mask), p.key, nan);
  spoilt.value = at::where(rows(*p.key_mask), p.value, nan);
  for (const std::string& gradient : kGradients) {
    const AttentionResult clean = run_expected(p, gradient), other = run_expected(spoilt, gradient);
    EXPECT_TRUE(clean.output.equal(other.output));
    EXPECT_TRUE(clean.query.equal(other.query));
    EXPECT_TRUE(clean.key.equal(other.key));
    EXPECT_TRUE(clean.value.equal(other.value));
    const at::Tensor hidden = rows(*p.query_mask).logical_not();
    EXPECT_EQ(other.output.masked_select(hidden).count_nonzero().item<int64_t>(), 0);
  }
}

TEST(ExpectedAttention, HalfInputsAreSummedInFloat32) {
  struct Types {
    at::ScalarType rows, value;
    double tolerance;
  };
  for (const Types& types :
       {Types{at::kBFloat16, at::kBFloat16, 4e-3}, Types{at::kHalf, at::kHalf, 6e-4},
        Types{at::kFloat, at::kBFloat16, 4e-3}, Types{at::kBFloat16, at::kFloat, 4e-3},
        Types{at::kDouble, at::kFloat, 1e-6}, Types{at::kFloat, at::kDouble, 1e-6}}) {
    SCOPED_TRACE(::testing::Message() << types.rows << " " << types.value);
    const AttentionProblem p =
        random_problem({2, 2, 40, 50, 24, 16, 1, 4}, 37, types.rows, types.value);
    const AttentionResult actual = run_expected(p, "exact");
    EXPECT_EQ(actual.output.scalar_type(), types.value);
    EXPECT_EQ(actual.query.scalar_type(), types.rows);
    EXPECT_EQ(actual.key.scalar_type(), types.rows);
    EXPECT_EQ(actual.value.scalar_type(), types.value);
    expect_oracle(p, types.tolerance);
  }
}

TEST(ExpectedAttention, AnyStrides) {
  AttentionProblem p = random_problem({2, 3, 10, 12, 8, 6, 1, 3}, 38);
  for (at::Tensor* x : {&p.query, &p.key, &p.value, &p.grad})
    *x = x->permute({3, 1, 0, 2}).contiguous().permute({2, 1, 3, 0});
  ASSERT_FALSE(p.query.is_contiguous());
  expect_oracle(p, 1e-9);
}

}  // namespace
}  // namespace yoso::ops
