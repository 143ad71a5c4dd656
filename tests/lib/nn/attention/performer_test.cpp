// Performer against its definition, and what its features promise.

#include <gtest/gtest.h>

#include "lib/nn/attention/dense_statement.h"
#include "yoso/nn/attention/orthogonal_features.h"

namespace yoso::nn {
namespace {

const AttentionShape kPerformerShape{.heads = 2, .head_dim = 6, .max_length = 40, .seed = 2};

/// W of a head in float64, [features, head_dim].
at::Tensor directions_of(AttentionImpl& attention, int64_t head) {
  return attention.named_buffers()["features.projection"][head].to(at::kDouble);
}

at::Tensor positive_features(const at::Tensor& x, const at::Tensor& w) {
  const at::Tensor half_norms = x.pow(2).sum(-1, true) / 2;
  return (at::matmul(x, w.t()) - half_norms).exp() / std::sqrt(static_cast<double>(w.size(0)));
}

TEST(PerformerAttention, EqualsTheDefinitionOfFavorPlus) {
  for (const char* spec :
       {"{kind: performer, features: 6}", "{kind: performer, features: 17}", "performer"}) {
    expect_statement(spec, kPerformerShape, [](AttentionImpl& attention) -> DenseStatement {
      return [&attention](const DenseRow& row) {
        const at::Tensor w = directions_of(attention, row.head);
        const double scale = std::pow(6.0, -0.25);
        const at::Tensor kernel = at::matmul(positive_features(row.query * scale, w),
                                             positive_features(row.key * scale, w).t());
        return at::matmul(rows_to_one(kernel), row.value);
      };
    });
  }
}

TEST(PerformerAttention, ReluKernelEqualsItsDefinition) {
  expect_statement("{kind: performer, features: 9, kernel: relu}", kPerformerShape,
                   [](AttentionImpl& attention) -> DenseStatement {
                     return [&attention](const DenseRow& row) {
                       const at::Tensor w = directions_of(attention, row.head);
                       const auto phi = [&](const at::Tensor& x) {
                         return at::relu(at::matmul(x * std::pow(6.0, -0.25), w.t())) + 1e-3;
                       };
                       const at::Tensor kernel = at::matmul(phi(row.query), phi(row.key).t());
                       return at::matmul(rows_to_one(kernel), row.value);
                     };
                   });
}

TEST(PerformerAttention, CompatMlpenPadsWithZeroKeysThatCount) {
  expect_statement("{kind: performer, features: 12, compat: mlpen}", kPerformerShape,
                   [](AttentionImpl& attention) -> DenseStatement {
                     return [&attention](const DenseRow& row) {
                       const at::Tensor w = directions_of(attention, row.head);
                       const double scale = 1 / std::sqrt(6.0);
                       const auto padded = [](const at::Tensor& x) {
                         return at::constant_pad_nd(x, {0, 0, 0, 40 - x.size(0)});
                       };
                       const at::Tensor query = row.query * scale, key = padded(row.key * scale);
                       const auto phi = [&](const at::Tensor& x, const at::Tensor& stabiliser) {
                         const at::Tensor half_norms = x.pow(2).sum(-1, true) / 2;
                         return ((at::matmul(x, w.t()) - half_norms - stabiliser).exp() + 1e-4) /
                                std::sqrt(12.0);
                       };
                       const at::Tensor kernel =
                           at::matmul(phi(query, at::matmul(query, w.t()).detach().amax(-1, true)),
                                      phi(key, at::matmul(key, w.t()).detach().max()).t());
                       return at::matmul(rows_to_one(kernel), padded(row.value));
                     };
                   });
}

TEST(PerformerAttention, ApproachesSoftmaxWithManyFeatures) {
  at::manual_seed(4);
  AttentionInputs inputs = random_inputs(2, 30, kPerformerShape);
  inputs.query = inputs.query / 2;
  inputs.key = inputs.key / 2;
  const at::Tensor exact = build_attention("softmax", kPerformerShape)->forward(inputs);
  const auto error = [&](int64_t features) {
    auto attention = build_attention(
        "{kind: performer, features: " + std::to_string(features) + "}", kPerformerShape);
    return (attention->forward(inputs) - exact).pow(2).mean().sqrt().item<double>();
  };
  // The error falls as the root of the features.
  const double few = error(64), many = error(64 * 256);
  EXPECT_LT(many, 0.03);
  EXPECT_LT(many, few / 6);
}

TEST(OrthogonalFeatures, RowsAreOrthogonalWithinBlocksAndHaveGaussianNorms) {
  AttentionShape shape = kPerformerShape;
  shape.heads = 200;
  OrthogonalFeatures features(14, 0, shape);
  const at::Tensor w = features->directions({}).to(at::kDouble);  // [heads, 14, 6]
  for (const auto& [first, count] : {std::pair<int64_t, int64_t>{0, 6}, {6, 6}, {12, 2}}) {
    const at::Tensor block = w.narrow(1, first, count);
    const at::Tensor products = at::matmul(block, block.transpose(1, 2));
    const at::Tensor off = products - at::diag_embed(products.diagonal(0, 1, 2));
    EXPECT_LT(off.abs().max().item<double>(), 1e-5);
  }
  // |row|² has mean 6 and variance 12; each coordinate mean 0 and variance 1.
  const at::Tensor squares = w.pow(2).sum(-1);
  EXPECT_NEAR(squares.mean().item<double>(), 6, 0.3);
  EXPECT_NEAR(squares.var().item<double>(), 12, 2);
  EXPECT_NEAR(w.mean().item<double>(), 0, 0.03);
  // Rows of different blocks are independent.
  EXPECT_GT(
      at::matmul(w.narrow(1, 0, 6), w.narrow(1, 6, 6).transpose(1, 2)).abs().mean().item<double>(),
      0.5);
}

TEST(OrthogonalFeatures, AreResampledEverySoManyTrainingSteps) {
  OrthogonalFeatures features(8, 10, kPerformerShape);
  const auto at_step = [&](int64_t step, uint64_t seed) {
    const HashSeed hash_seed{.seed = seed, .step = step, .rows = at::arange(2)};
    AttentionInputs inputs = random_inputs(2, 4, kPerformerShape);
    inputs.hash_seed = &hash_seed;
    return features->directions(inputs);
  };
  EXPECT_TRUE(at::equal(at_step(10, 1), at_step(19, 1)));
  EXPECT_FALSE(at::equal(at_step(19, 1), at_step(20, 1)));
  EXPECT_FALSE(at::equal(at_step(10, 1), at_step(10, 2)));
  EXPECT_FALSE(at::equal(at_step(10, 1), features->directions({})));
}

}  // namespace
}  // namespace yoso::nn
