#include <gtest/gtest.h>

#include "support/attention_oracle.h"
#include "yoso/ops/hadamard_codes.h"
#include "yoso/ops/hyperplane_codes.h"

// What the codes and the gradients are on average over hashes. Seeds are fixed, so a test either
// always passes or never does; the bounds are in standard errors of the mean.

namespace yoso::ops {
namespace {

using testing::AttentionProblem;
using testing::AttentionResult;

const std::vector<double> kProducts{-0.5, 0, 0.5, 0.8, 0.95};

/// A unit row, then rows at the products above with it, in random directions:
/// [groups, 1, 1 + products, dim].
at::Tensor rows_at_products(int64_t groups, int64_t dim) {
  const auto wide = at::TensorOptions(at::kDouble);
  const at::Tensor row = testing::unit_rows(at::randn({groups, 1, dim}, wide));
  at::Tensor side = at::randn({groups, static_cast<int64_t>(kProducts.size()), dim}, wide);
  side = testing::unit_rows(side - (side * row).sum(-1, true) * row);
  const at::Tensor x = at::tensor(kProducts, wide).unsqueeze(-1);
  return at::cat({row, x * row + (1 - x * x).sqrt() * side}, 1).unsqueeze(1);
}

/// Fraction of hashes in which row 0 collides with each other row, [groups, products].
at::Tensor collision_rates(const at::Tensor& codes) {
  const at::Tensor first = codes.narrow(3, 0, 1);
  return codes.narrow(3, 1, codes.size(3) - 1).eq(first).to(at::kDouble).mean(2).squeeze(1);
}

double probability(double x, int64_t bits) { return std::pow(1 - std::acos(x) / M_PI, bits); }

TEST(CollisionRate, OfHyperplanesIsExact) {
  at::manual_seed(41);
  const int64_t hashes = 200'000, dim = 5;
  for (int64_t bits : {1, 4, 8}) {
    const at::Tensor x = rows_at_products(1, dim).to(at::kFloat);
    const at::Tensor planes = at::randn({1, hashes, bits, dim});
    const at::Tensor rates = collision_rates(hyperplane_codes(x, planes))[0];
    for (size_t i = 0; i < kProducts.size(); ++i) {
      const double p = probability(kProducts[i], bits);
      const double error = std::sqrt(p * (1 - p) / hashes);
      EXPECT_NEAR(rates[i].item<double>(), p, 4 * error)
          << "x " << kProducts[i] << " bits " << bits;
    }
  }
}

/// Spread over the fewest passes HD3 is within a few percent for dense rows of 32 columns or more;
/// bits of a code that share a pass, as when packed, would be off by a quarter at x = 0.5.
TEST(CollisionRate, OfHadamardIsCloseForDenseRows) {
  at::manual_seed(42);
  struct Shape {
    int64_t dim, bits, hashes, passes;
  };
  for (const Shape& s : {Shape{32, 10, 32, 10}, Shape{64, 9, 32, 5}, Shape{64, 8, 16, 8}}) {
    const int64_t groups = 12'000;
    const at::Tensor x = rows_at_products(groups, s.dim).to(at::kFloat);
    const at::Tensor signs =
        (at::randint(2, {groups, s.passes, 3, s.dim}, at::kChar) * 2 - 1).to(at::kChar);
    const at::Tensor rates = collision_rates(hadamard_codes(x, signs, s.hashes, s.bits));
    for (size_t i = 2; i < kProducts.size(); ++i) {
      const double p = probability(kProducts[i], s.bits);
      const at::Tensor rate = rates.select(1, static_cast<int64_t>(i));
      const double error = rate.std().item<double>() / std::sqrt(static_cast<double>(groups));
      EXPECT_NEAR(rate.mean().item<double>(), p, 0.03 * p + 4 * error)
          << "x " << kProducts[i] << " dim " << s.dim << " bits " << s.bits;
      EXPECT_LT(error, 0.02 * p) << "the test is blunt";
    }
  }
}

/// Gradients of one problem under `draws` draws of hyperplanes, as one batch.
AttentionProblem repeated_problem(int64_t draws, int64_t hashes, int64_t bits) {
  AttentionProblem p = testing::random_problem({1, 1, 5, 6, 4, 3, 1, bits}, 43);
  for (at::Tensor* x : {&p.query, &p.key, &p.value, &p.grad})
    *x = x->expand({draws, 1, x->size(2), x->size(3)});
  const at::Tensor planes = at::randn({draws, hashes, bits, 4}, at::kDouble);
  p.query_codes = hyperplane_codes(p.query, planes);
  p.key_codes = hyperplane_codes(p.key, planes);
  return p;
}

void expect_mean(const at::Tensor& draws, const at::Tensor& expected, const char* what) {
  const double count = static_cast<double>(draws.size(0));
  const at::Tensor error = draws.std(0) / std::sqrt(count);
  const at::Tensor off = (draws.mean(0) - expected).abs() / error;
  EXPECT_LT(off.max().item<double>(), 4) << what << " (standard errors)";
  EXPECT_LT((error.norm() / expected.norm()).item<double>(), 0.05) << what << ": the test is blunt";
}

TEST(MeanGradient, OfUnbiasedIsTheDerivativeOfTheExpectation) {
  const AttentionProblem p = repeated_problem(4000, 16, 3);
  ASSERT_LT(at::matmul(p.query[0], p.key[0].transpose(-1, -2)).abs().max().item<double>(),
            1 - 1e-4);
  const AttentionResult sampled = run_sampled(p, "unbiased");
  const AttentionResult expected = expected_oracle(p, "exact");
  expect_mean(sampled.output, expected.output[0], "output");
  expect_mean(sampled.query, expected.query[0], "gradient of query");
  expect_mean(sampled.key, expected.key[0], "gradient of key");
  expect_mean(sampled.value, expected.value[0], "gradient of value");
}

TEST(MeanGradient, OfTheSurrogateIsHalfBitsTimesTheExpectation) {
  const AttentionProblem p = repeated_problem(4000, 16, 3);
  const AttentionResult sampled = run_sampled(p, "lower_bound");
  const AttentionResult expected = expected_oracle(p, "lower_bound");
  expect_mean(sampled.query, expected.query[0], "gradient of query");
  expect_mean(sampled.key, expected.key[0], "gradient of key");
}

}  // namespace
}  // namespace yoso::ops
