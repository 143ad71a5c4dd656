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

const std::vector<std::string> kGradients{"lower_bound", "unbiased", "expected_lower_bound"};

void expect_result(const AttentionResult& actual, const AttentionResult& expected,
                   double tolerance) {
  EXPECT_TRUE(near(actual.output, expected.output, tolerance)) << "output";
  EXPECT_TRUE(near(actual.query, expected.query, tolerance)) << "gradient of query";
  EXPECT_TRUE(near(actual.key, expected.key, tolerance)) << "gradient of key";
  EXPECT_TRUE(near(actual.value, expected.value, tolerance)) << "gradient of value";
}

void expect_oracle(const AttentionProblem& p, double tolerance) {
  for (const std::string& gradient : kGradients) {
    SCOPED_TRACE(gradient);
    expect_result(run_sampled(p, gradient), sampled_oracle(p, gradient), tolerance);
  }
}

using Pairs = std::vector<std::pair<int64_t, int64_t>>;

class SampledAttention : public ::testing::TestWithParam<AttentionSizes> {};

TEST_P(SampledAttention, MatchesTheDenseOracle) {
  const AttentionSizes sizes = GetParam();
  expect_oracle(random_problem(sizes, 11), 1e-9);
  expect_oracle(random_problem(sizes, 12, at::kFloat), 2e-4);
}

TEST_P(SampledAttention, MatchesTheDenseOracleWithHoles) {
  const AttentionSizes sizes = GetParam();
  AttentionProblem p = random_problem(sizes, 13);
  p.query_mask = at::rand({sizes.batch, sizes.queries}).lt(0.7);
  p.key_mask = at::rand({sizes.batch, sizes.keys}).lt(0.7);
  expect_oracle(p, 1e-9);
}

// batch, heads, queries, keys, head_dim, value_dim, hashes, bits
INSTANTIATE_TEST_SUITE_P(Sizes, SampledAttention,
                         ::testing::Values(AttentionSizes{1, 1, 1, 1, 1, 1, 1, 1},
                                           AttentionSizes{2, 3, 7, 8, 3, 5, 31, 2},
                                           AttentionSizes{2, 1, 8, 7, 8, 8, 33, 3},
                                           AttentionSizes{1, 2, 9, 33, 24, 17, 48, 5},
                                           AttentionSizes{3, 2, 33, 9, 80, 80, 4, 16},
                                           AttentionSizes{1, 1, 33, 33, 64, 32, 9, 6},
                                           AttentionSizes{1, 2, 150, 70, 16, 24, 8, 1},
                                           AttentionSizes{1, 1, 1000, 1000, 8, 24, 3, 10},
                                           AttentionSizes{1, 1, 40, 40, 8, 8, 2, 16}));

TEST(SampledAttentionGradients, OfValueIsItsNumericJacobian) {
  const AttentionProblem p = random_problem({1, 2, 4, 5, 3, 2, 6, 2}, 14);
  for (const char* gradient : {"lower_bound", "unbiased"}) {
    const auto f = [&](const at::Tensor& value) {
      return sampled_attention(p.query, p.key, value, p.query_codes, p.key_codes, p.bits, {}, {},
                               gradient);
    };
    EXPECT_TRUE(near(testing::autograd_jacobian(f, p.value),
                     testing::numeric_jacobian(f, p.value, 1e-3), 1e-9));
  }
}

TEST(SampledAttentionGradients, AreOnlyComputedWhereNeeded) {
  const AttentionProblem p = random_problem({2, 2, 12, 12, 8, 8, 4, 2}, 15, at::kFloat);
  for (const std::string& gradient : kGradients) {
    const AttentionResult all = run_sampled(p, gradient);
    for (int needed : {0, 1, 2}) {
      at::Tensor inputs[] = {p.query.detach(), p.key.detach(), p.value.detach()};
      inputs[needed].requires_grad_();
      const at::Tensor output = sampled_attention(inputs[0], inputs[1], inputs[2], p.query_codes,
                                                  p.key_codes, p.bits, {}, {}, gradient);
      const at::Tensor grad = torch::autograd::grad({output}, {inputs[needed]}, {p.grad})[0];
      EXPECT_TRUE(grad.equal(needed == 0   ? all.query
                             : needed == 1 ? all.key
                                           : all.value))
          << needed;
    }
  }
}

TEST(SampledAttentionMasks, HiddenRowsAndCodesAreNeverRead) {
  const AttentionSizes sizes{3, 2, 20, 26, 8, 12, 5, 3};
  AttentionProblem p = random_problem(sizes, 16, at::kFloat);
  p.query_mask = at::rand({3, 20}).lt(0.6);
  p.key_mask = at::rand({3, 26}).lt(0.6);
  (*p.key_mask)[1].fill_(false);
  (*p.query_mask)[2].fill_(false);
  AttentionProblem spoilt = p;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const auto rows = [](const at::Tensor& mask) { return mask.unsqueeze(1).unsqueeze(-1); };
  const auto codes = [](const at::Tensor& mask) { return mask.unsqueeze(1).unsqueeze(1); };
  spoilt.query = at::where(rows(*p.query_mask), p.query, nan);
  spoilt.grad = at::where(rows(*p.query_mask), p.grad, nan);
  spoilt.key = at::where(rows(*p.key_mask), p.key, nan);
  spoilt.value = at::where(rows(*p.key_mask), p.value, nan);
  spoilt.query_codes = at::where(codes(*p.query_mask), p.query_codes, -77).to(at::kInt);
  spoilt.key_codes = at::where(codes(*p.key_mask), p.key_codes, 1 << 30).to(at::kInt);
  for (const std::string& gradient : kGradients) {
    const AttentionResult clean = run_sampled(p, gradient), other = run_sampled(spoilt, gradient);
    EXPECT_TRUE(clean.output.equal(other.output));
    EXPECT_TRUE(clean.query.equal(other.query));
    EXPECT_TRUE(clean.key.equal(other.key));
    EXPECT_TRUE(clean.value.equal(other.value));
    EXPECT_EQ(other.output.masked_select(rows(*p.query_mask).logical_not())
                  .count_nonzero()
                  .item<int64_t>(),
              0);
  }
}

TEST(SampledAttentionMasks, PaddingChangesNoOtherRow) {
  const AttentionProblem p = random_problem({2, 2, 30, 30, 16, 16, 8, 4}, 17, at::kFloat);
  AttentionProblem padded = p;
  const auto pad = [](const at::Tensor& x, int64_t dim, double value) {
    auto sizes = x.sizes().vec();
    sizes[dim] = 25;
    return at::cat({x, at::full(sizes, value, x.options())}, dim);
  };
  for (at::Tensor* x : {&padded.query, &padded.key, &padded.value, &padded.grad})
    *x = pad(*x, 2, 3);
  padded.query_codes = pad(p.query_codes, 3, 1);
  padded.key_codes = pad(p.key_codes, 3, 1);
  padded.query_mask = padded.key_mask = at::arange(55).lt(30).expand({2, 55});
  for (const std::string& gradient : kGradients) {
    const AttentionResult small = run_sampled(p, gradient), large = run_sampled(padded, gradient);
    const auto valid = [](const at::Tensor& x) { return x.narrow(2, 0, 30); };
    expect_result({valid(large.output), valid(large.query), valid(large.key), valid(large.value)},
                  small, 1e-6);
  }
}

TEST(SampledAttentionTypes, HalfInputsAreSummedInFloat32) {
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
        random_problem({2, 2, 40, 50, 24, 16, 16, 4}, 18, types.rows, types.value);
    for (const std::string& gradient : kGradients) {
      const AttentionResult actual = run_sampled(p, gradient);
      EXPECT_EQ(actual.output.scalar_type(), types.value);
      EXPECT_EQ(actual.query.scalar_type(), types.rows);
      EXPECT_EQ(actual.key.scalar_type(), types.rows);
      EXPECT_EQ(actual.value.scalar_type(), types.value);
      expect_result(actual, sampled_oracle(p, gradient), types.tolerance);
    }
  }
}

TEST(SampledAttentionShapes, AnyStrides) {
  const AttentionProblem p = random_problem({2, 3, 10, 12, 8, 6, 4, 3}, 19);
  AttentionProblem strided = p;
  const auto shuffle = [](const at::Tensor& x) {
    return x.permute({3, 1, 0, 2}).contiguous().permute({2, 1, 3, 0});
  };
  for (at::Tensor* x : {&strided.query, &strided.key, &strided.value, &strided.grad,
                        &strided.query_codes, &strided.key_codes})
    *x = shuffle(*x);
  ASSERT_FALSE(strided.query.is_contiguous());
  for (const std::string& gradient : kGradients)
    expect_result(run_sampled(strided, gradient), run_sampled(p, gradient), 0);
  // What sum() sends back: one element with all strides zero.
  AttentionProblem expanded = p;
  expanded.grad = at::ones({1, 1, 1, 1}, at::kDouble).expand(p.grad.sizes());
  expect_oracle(expanded, 1e-9);
}

TEST(SampledAttentionShapes, Empty) {
  for (const AttentionSizes& sizes :
       {AttentionSizes{2, 2, 0, 5, 4, 3, 2, 2}, AttentionSizes{2, 2, 5, 0, 4, 3, 2, 2},
        AttentionSizes{2, 2, 0, 0, 4, 3, 2, 2}, AttentionSizes{0, 2, 5, 5, 4, 3, 2, 2},
        AttentionSizes{2, 0, 5, 5, 4, 3, 2, 2}})
    expect_oracle(random_problem(sizes, 20), 0);
}

TEST(SampledAttentionBuckets, AllRowsAlike) {
  AttentionProblem p = random_problem({1, 2, 300, 260, 16, 16, 3, 4}, 21);
  for (at::Tensor* x : {&p.query, &p.key, &p.query_codes, &p.key_codes}) {
    const bool codes = x->scalar_type() == at::kInt;
    const int64_t length = codes ? 3 : 2;
    *x = x->narrow(length, 0, 1).expand(x->sizes()).contiguous();
  }
  p.key.copy_(p.query.narrow(2, 0, 1));
  p.key_codes.copy_(p.query_codes.narrow(3, 0, 1));
  expect_oracle(p, 1e-7);  // arccos near 1 turns a rounding of 1e-16 into 1e-8
}

/// Rows around one direction: buckets from a few rows to hundreds, of which the heavy ones run as
/// dense products, by pairs or by one matrix for each side.
TEST(SampledAttentionBuckets, HeavyOnesMatchTheDenseOracle) {
  struct Type {
    at::ScalarType type;
    double tolerance;
  };
  for (const Type& type :
       {Type{at::kDouble, 1e-9}, Type{at::kFloat, 2e-5}, Type{at::kBFloat16, 5e-3}}) {
    for (const int64_t bits : {2, 5, 8}) {
      for (const auto& [head_dim, value_dim] : Pairs{{64, 64}, {24, 40}, {100, 16}}) {
        SCOPED_TRACE(::testing::Message()
                     << type.type << ", " << bits << " bits, " << head_dim << ", " << value_dim);
        AttentionProblem p =
            random_problem({1, 2, 420, 390, head_dim, value_dim, 5, bits}, 24, type.type);
        p.key_mask = at::rand({1, 390}).lt(0.9);
        for (const char* gradient : {"lower_bound", "unbiased"})
          expect_result(run_sampled(p, gradient), sampled_oracle(p, gradient), type.tolerance);
      }
    }
  }
}

/// One bucket holds all rows; a query collides with every key in each hash.
TEST(SampledAttentionBuckets, AllInOneMatchesTheDenseOracle) {
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    const double tolerance = type == at::kFloat ? 2e-5 : 5e-3;
    for (const auto& [queries, keys] : Pairs{{300, 530}, {700, 9}, {3, 400}}) {
      AttentionProblem p = random_problem({2, 1, queries, keys, 32, 64, 3, 4}, 25, type);
      p.query_codes.fill_(7);
      p.key_codes.fill_(7);
      for (const char* gradient : {"lower_bound", "unbiased"}) {
        SCOPED_TRACE(::testing::Message() << type << " " << gradient << " " << queries);
        expect_result(run_sampled(p, gradient), sampled_oracle(p, gradient), tolerance);
      }
    }
  }
}

/// Pairs would cost 10¹¹ dot products (many minutes) here; the factorised sum takes a fraction of a
/// second.
TEST(SampledAttentionBuckets, LowerBoundIsNotQuadraticInOneBucket) {
  const int64_t n = 200'000;
  AttentionProblem p = random_problem({1, 1, n, n, 4, 4, 3, 2}, 22);
  p.query_codes.fill_(3);
  p.key_codes.fill_(3);
  const AttentionResult result = run_sampled(p, "lower_bound");
  const at::Tensor query = p.query[0][0], key = p.key[0][0], value = p.value[0][0],
                   grad = p.grad[0][0];
  const double half = p.bits / 2.0;
  const at::Tensor sum = value.sum(0).expand({n, 4});
  EXPECT_TRUE(near(result.output[0][0], sum, 1e-9));
  EXPECT_TRUE(near(result.query[0][0], half * grad.mm(value.t().mm(key)), 1e-9));
  EXPECT_TRUE(near(result.key[0][0], half * value.mm(grad.t().mm(query)), 1e-9));
  EXPECT_TRUE(near(result.value[0][0], grad.sum(0).expand({n, 4}), 1e-9));
}

TEST(SampledAttentionBuckets, ARowsResultDoesNotDependOnTheBatch) {
  const AttentionProblem p = random_problem({5, 3, 40, 40, 16, 24, 8, 3}, 23, at::kFloat);
  const at::Tensor all = run_sampled(p, "lower_bound").output;
  AttentionProblem one = p;
  for (at::Tensor* x :
       {&one.query, &one.key, &one.value, &one.query_codes, &one.key_codes, &one.grad})
    *x = x->narrow(0, 3, 1);
  EXPECT_TRUE(run_sampled(one, "lower_bound").output[0].equal(all[3]));
}

}  // namespace
}  // namespace yoso::ops
