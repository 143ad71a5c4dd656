// Longformer against its definition.

#include <gtest/gtest.h>

#include "lib/nn/attention/dense_statement.h"

namespace yoso::nn {
namespace {

const AttentionShape kLongformerShape{.heads = 2, .head_dim = 6, .max_length = 40, .seed = 2};

void expect_longformer(int64_t window, int64_t globals) {
  const std::string spec = "{kind: longformer, window: " + std::to_string(window) +
                           ", global_tokens: " + std::to_string(globals) + "}";
  expect_statement(spec, kLongformerShape, [=](AttentionImpl&) -> DenseStatement {
    return [=](const DenseRow& row) {
      const at::Tensor distance = (row.places.unsqueeze(0) - row.places.unsqueeze(1)).abs();
      const at::Tensor global = at::arange(row.places.size(0)) < globals;
      const at::Tensor seen =
          (distance <= window / 2).logical_or(global.unsqueeze(0)).logical_or(global.unsqueeze(1));
      return at::matmul(row.logits().masked_fill(seen.logical_not(), -INFINITY).softmax(-1),
                        row.value);
    };
  });
}

TEST(LongformerAttention, EqualsItsDefinition) {
  expect_longformer(6, 1);
  expect_longformer(6, 3);
  expect_longformer(1, 0);
  expect_longformer(0, 2);
  expect_longformer(34, 1);
  expect_longformer(40, 5);
  expect_longformer(128, 1);
}

TEST(LongformerAttention, EqualsSoftmaxWithAWindowOverTheWholeRow) {
  at::manual_seed(9);
  AttentionInputs inputs = random_inputs(2, 21, kLongformerShape);
  inputs.mask = at::rand({2, 21}) < 0.7;
  const at::Tensor softmax = build_attention("softmax", kLongformerShape)->forward(inputs);
  const auto wide = build_attention("{kind: longformer, window: 40}", kLongformerShape);
  EXPECT_TRUE(testing::near(wide->forward(inputs), softmax, 1e-6));
  // One place less, and the first token and the last no longer see each other.
  const auto narrow =
      build_attention("{kind: longformer, window: 38, global_tokens: 0}", kLongformerShape);
  inputs.mask = at::Tensor();
  const at::Tensor difference =
      (narrow->forward(inputs) - build_attention("softmax", kLongformerShape)->forward(inputs))
          .abs()
          .amax({0, 1, 3});
  EXPECT_GT(difference[0].item<double>(), 1e-3);
  EXPECT_GT(difference[20].item<double>(), 1e-3);
  EXPECT_LT(difference.narrow(0, 1, 19).max().item<double>(), 1e-6);
}

TEST(LongformerAttention, DropsWeightsInTrainingOnly) {
  AttentionShape shape = kLongformerShape;
  shape.dropout = 0.5;
  auto attention = build_attention("{kind: longformer, window: 6}", shape);
  const AttentionInputs inputs = random_inputs(1, 30, shape);
  attention->train();
  EXPECT_GT(max_difference(attention->forward(inputs), attention->forward(inputs)), 1e-3);
  attention->eval();
  EXPECT_EQ(max_difference(attention->forward(inputs), attention->forward(inputs)), 0);
}

}  // namespace
}  // namespace yoso::nn
