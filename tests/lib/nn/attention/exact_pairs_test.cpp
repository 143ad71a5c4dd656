// Attentions whose hashes only find pairs, with a band that finds all: the dense kernels.

#include <gtest/gtest.h>

#include <numbers>

#include "lib/nn/attention/dense_statement.h"
#include "yoso/util/error.h"

namespace yoso::nn {
namespace {

const AttentionShape kShape{.heads = 2, .head_dim = 6, .max_length = 40, .seed = 2};

at::Tensor unit(const at::Tensor& x) { return x / x.norm(2, -1, true); }

/// (1 − arccos(q̂·k̂)/π)^3, of some queries and keys.
at::Tensor collision_probability(const DenseRow& row) {
  const at::Tensor x = at::matmul(unit(row.query), unit(row.key).t());
  return (1 - at::acos(x) / std::numbers::pi).pow(3);
}

TEST(HashedSoftmaxAttention, IsSoftmaxWhereEveryPairIsFound) {
  for (const char* spec : {"{kind: hashed_softmax, band: 40}",
                           "{kind: hashed_softmax, band: 40, hashes: 0, global_tokens: 0}",
                           "{kind: hashed_softmax, band: 40, tail: none}"})
    expect_statement(spec, kShape, [](AttentionImpl&) -> DenseStatement {
      return [](const DenseRow& row) { return at::matmul(row.logits().softmax(-1), row.value); };
    });
}

TEST(HashedSoftmaxAttention, ALearnedScaleMultipliesProductsOfUnitRows) {
  expect_statement("{kind: hashed_softmax, band: 40, learned_scale: true}", kShape,
                   [](AttentionImpl& attention) -> DenseStatement {
                     at::Tensor scale = attention.named_parameters()["log_scale"];
                     EXPECT_EQ(scale.abs().sum().item<double>(), 0);  // sqrt(head_dim) at first
                     {
                       const at::NoGradGuard no_grad;
                       scale.copy_(at::tensor({0.5, -0.25}));
                     }
                     return [scale](const DenseRow& row) {
                       const at::Tensor x = at::matmul(unit(row.query), unit(row.key).t());
                       const at::Tensor scores = x * (scale[row.head].exp() * std::sqrt(6.0));
                       return at::matmul(scores.softmax(-1), row.value);
                     };
                   });
}

TEST(ExactYosoAttention, IsTheExpectationWhereEveryPairIsFound) {
  expect_statement("{kind: yoso, weights: exact, band: 40, bits: 3}", kShape,
                   [](AttentionImpl&) -> DenseStatement {
                     return [](const DenseRow& row) {
                       return unit(at::matmul(collision_probability(row), row.value));
                     };
                   });
  expect_statement("{kind: yoso, weights: exact, band: 40, bits: 3, normalize: sum}", kShape,
                   [](AttentionImpl&) -> DenseStatement {
                     return [](const DenseRow& row) {
                       const at::Tensor p = collision_probability(row);
                       return at::matmul(p / p.sum(-1, true), row.value);
                     };
                   });
}

TEST(ExactPairs, RefuseAGpuBeforeAnythingMoves) {
  for (const char* spec : {"hashed_softmax", "{kind: yoso, weights: exact}"}) {
    auto attention = build_attention(spec, kShape);
    try {
      attention->to(c10::Device("cuda"));
      FAIL() << spec;
    } catch (const UsageError& error) {
      EXPECT_NE(std::string(error.what()).find("run.device: cpu"), std::string::npos)
          << error.what();
    }
  }
}

}  // namespace
}  // namespace yoso::nn
