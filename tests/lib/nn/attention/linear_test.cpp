// Linear attention against its definition.

#include <gtest/gtest.h>

#include "lib/nn/attention/dense_statement.h"

namespace yoso::nn {
namespace {

const AttentionShape kLinearShape{.heads = 2, .head_dim = 5, .max_length = 40, .seed = 2};

at::Tensor elu_features(const at::Tensor& x) { return at::elu(x) + 1; }

TEST(LinearAttention, EqualsItsDefinition) {
  expect_statement("linear", kLinearShape, [](AttentionImpl&) -> DenseStatement {
    return [](const DenseRow& row) {
      const at::Tensor kernel = at::matmul(elu_features(row.query), elu_features(row.key).t());
      return at::matmul(rows_to_one(kernel), row.value);
    };
  });
}

TEST(LinearAttention, CompatMlpenHasNoDenominator) {
  expect_statement(
      "{kind: linear, compat: mlpen}", kLinearShape, [](AttentionImpl&) -> DenseStatement {
        return [](const DenseRow& row) {
          const at::Tensor kernel = at::matmul(elu_features(row.query), elu_features(row.key).t());
          return at::matmul(kernel / std::sqrt(40.0), row.value);
        };
      });
}

TEST(LinearAttention, KeepsItsDigitsWhereEluIsNearMinusOne) {
  // In float32 elu(−20) + 1 is 0, and rows of such keys would have a denominator of 0.
  auto attention = build_attention("linear", kLinearShape);
  AttentionInputs inputs = random_inputs(1, 6, kLinearShape);
  inputs.query = at::full_like(inputs.query, -20);
  inputs.key = inputs.key.detach() - 30;
  const at::Tensor context = attention->forward(inputs);
  AttentionInputs wide = inputs;
  for (at::Tensor* x : {&wide.query, &wide.key, &wide.value}) *x = x->to(at::kDouble);
  const at::Tensor expected = state_batch(wide, [](const DenseRow& row) {
    return at::matmul(rows_to_one(at::matmul(row.query.exp(), row.key.exp().t())), row.value);
  });
  EXPECT_TRUE(testing::near(context, expected, 1e-5));
}

}  // namespace
}  // namespace yoso::nn
