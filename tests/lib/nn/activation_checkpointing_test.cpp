#include "yoso/nn/activation_checkpointing.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "lib/nn/nn_test_support.h"
#include "yoso/nn/encoder.h"

namespace yoso::nn {
namespace {

struct Passed {
  at::Tensor output;
  std::vector<at::Tensor> grads;  // of the input, then of all parameters
  at::Tensor next;                // what the generator gives afterwards
};

/// One training pass through an encoder, with or without recomputation.
Passed pass(const config::ModelConfig& model, const std::string& attention, bool checkpointed,
            bool autocast = false, bool input_needs_grad = true) {
  const auto layers =
      resolve_attention(attention_written(attention), model.layers, attention_shape(model, 3));
  Encoder encoder(model, layers, 3);
  init_parameters(*encoder, 3, 0.02);
  set_activation_checkpointing(*encoder, checkpointed);
  at::manual_seed(5);
  const at::Tensor input = at::randn({3, 12, model.dim}).requires_grad_(input_needs_grad);
  const at::Tensor hidden = input.clone();  // as from an embedding: autocast keeps casts of leaves
  const at::Tensor mask = at::arange(12).unsqueeze(0) < at::tensor({12, 7, 9}).unsqueeze(1);
  Passed passed;
  {
    // Gone before the backward pass, as in a training step.
    const HashSeed hash_seed{3, 1, at::arange(3)};
    at::autocast::set_autocast_enabled(at::kCPU, autocast);
    at::autocast::set_autocast_dtype(at::kCPU, at::kBFloat16);
    passed.output = encoder(hidden, mask, &hash_seed);
    at::autocast::clear_cache();
    at::autocast::set_autocast_enabled(at::kCPU, false);
  }
  const at::Tensor weights = at::randn(passed.output.sizes());
  (passed.output.to(at::kFloat) * weights).sum().backward();
  if (input_needs_grad) passed.grads.push_back(input.grad());
  for (const at::Tensor& parameter : encoder->parameters())
    passed.grads.push_back(parameter.grad());
  passed.next = at::rand({4});
  return passed;
}

void expect_same_bits(const Passed& a, const Passed& b) {
  EXPECT_TRUE(a.output.equal(b.output));
  EXPECT_TRUE(a.next.equal(b.next)) << "the generator is used elsewhere meanwhile";
  ASSERT_EQ(a.grads.size(), b.grads.size());
  for (size_t i = 0; i < a.grads.size(); ++i) {
    ASSERT_TRUE(a.grads[i].defined() && b.grads[i].defined()) << i;
    EXPECT_TRUE(a.grads[i].equal(b.grads[i])) << i;
  }
}

class ActivationCheckpointingTest : public ::testing::TestWithParam<std::string> {};

TEST_P(ActivationCheckpointingTest, GradientsAreTheSameBits) {
  for (const config::Norm norm : {config::Norm::pre, config::Norm::post}) {
    config::ModelConfig model = tiny_model();
    model.norm = norm;
    model.layers = 3;
    model.dropout = 0.3;
    model.attention_dropout = 0.2;
    const Passed kept = pass(model, GetParam(), false);
    expect_same_bits(kept, pass(model, GetParam(), true));
    EXPECT_FALSE(kept.grads[0].equal(at::zeros_like(kept.grads[0])));
    expect_same_bits(pass(model, GetParam(), false, /*autocast=*/true),
                     pass(model, GetParam(), true, /*autocast=*/true));
  }
}

INSTANTIATE_TEST_SUITE_P(Attentions, ActivationCheckpointingTest,
                         ::testing::Values("softmax", "{kind: yoso, hashes: 4}"),
                         [](const auto& test) {
                           return test.param[0] == 's' ? "softmax" : "yoso";
                         });

TEST(ActivationCheckpointing, ParametersLearnWhenTheInputDoesNot) {
  const config::ModelConfig model = tiny_model();
  expect_same_bits(pass(model, "softmax", false, false, /*input_needs_grad=*/false),
                   pass(model, "softmax", true, false, /*input_needs_grad=*/false));
}

TEST(ActivationCheckpointing, SharedWeightsSumTheirGradients) {
  config::ModelConfig model = tiny_model();
  model.shared_weight = true;
  model.dropout = 0.3;
  const Passed kept = pass(model, "{kind: yoso, hashes: 4}", false);
  const Passed again = pass(model, "{kind: yoso, hashes: 4}", true);
  for (size_t i = 0; i < kept.grads.size(); ++i) {
    EXPECT_TRUE(kept.grads[i].allclose(again.grads[i], 1e-5, 1e-6)) << i;
  }
}

TEST(ActivationCheckpointing, KeepsNoMoreThanTheInput) {
  int calls = 0;
  const at::Tensor weight = at::ones({4}).requires_grad_();
  const auto function = [&](const at::Tensor& input) {
    ++calls;
    return (input * weight).exp().sin();
  };
  const at::Tensor input = at::ones({4});
  const at::Tensor output = checkpointed(function, input, weight);
  EXPECT_EQ(calls, 1);
  output.sum().backward();
  EXPECT_EQ(calls, 2);
  const at::NoGradGuard no_grad;
  EXPECT_FALSE(checkpointed(function, input, weight).requires_grad());
}

TEST(ActivationCheckpointing, RefusesTheGradientOfAGradient) {
  const at::Tensor weight = at::ones({2}).requires_grad_();
  const auto square = [&](const at::Tensor& input) { return input * weight * weight; };
  const at::Tensor output = checkpointed(square, at::ones({2}), weight).sum();
  EXPECT_THROW(torch::autograd::grad({output}, {weight}, {}, true, /*create_graph=*/true, true),
               c10::Error);
}

TEST(ActivationCheckpointing, ACloneKeepsIt) {
  config::ModelConfig model = tiny_model();
  const auto layers =
      resolve_attention(attention_written("softmax"), model.layers, attention_shape(model, 3));
  Encoder encoder(model, layers, 3);
  set_activation_checkpointing(*encoder, true);
  const auto copy = std::dynamic_pointer_cast<EncoderImpl>(encoder->clone());
  ASSERT_NE(copy, nullptr);
  EXPECT_TRUE(encoder->checkpoints_activations());
  EXPECT_TRUE(copy->checkpoints_activations());
}

}  // namespace
}  // namespace yoso::nn
