#include "yoso/train/optimizer.h"

#include <ATen/ops/allclose.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros_like.h>
#include <gtest/gtest.h>
#include <torch/nn/modules/linear.h>

#include "support/user_error.h"

namespace yoso::train {
namespace {

config::TrainConfig decaying_config() {
  config::TrainConfig config;
  config.weight_decay = 0.1;
  config.beta1 = 0.8;
  config.beta2 = 0.95;
  config.eps = 1e-6;
  return config;
}

void set_gradients(torch::nn::Linear& linear, const at::Tensor& weight, const at::Tensor& bias) {
  linear->weight.mutable_grad() = weight.clone();
  linear->bias.mutable_grad() = bias.clone();
}

// Loshchilov & Hutter 2019, algorithm 2, in float64.
TEST(Optimizer, StepsFollowTheFormulaAndBiasesDoNotDecay) {
  at::manual_seed(3);
  torch::nn::Linear linear(3, 2);
  Optimizer optimizer(*linear, decaying_config());
  at::Tensor weight = linear->weight.detach().to(at::kDouble),
             bias = linear->bias.detach().to(at::kDouble);
  at::Tensor m_w = at::zeros_like(weight), v_w = m_w.clone(), m_b = at::zeros_like(bias),
             v_b = m_b.clone();
  const auto expected = [](at::Tensor& p, at::Tensor& m, at::Tensor& v, const at::Tensor& g, int t,
                           double lr, double decay) {
    p.mul_(1 - lr * decay);
    m.mul_(0.8).add_(g, 0.2);
    v.mul_(0.95).addcmul_(g, g, 0.05);
    p.sub_(lr * (m / (1 - std::pow(0.8, t))) / ((v / (1 - std::pow(0.95, t))).sqrt() + 1e-6));
  };
  for (int t = 1; t <= 5; ++t) {
    const at::Tensor g_w = at::randn({2, 3}), g_b = at::randn({2});
    set_gradients(linear, g_w, g_b);
    const double lr = 0.01 * t;
    optimizer.step(lr);
    expected(weight, m_w, v_w, g_w.to(at::kDouble), t, lr, 0.1);
    expected(bias, m_b, v_b, g_b.to(at::kDouble), t, lr, 0);
    EXPECT_TRUE(at::allclose(linear->weight.to(at::kDouble), weight, 1e-5, 1e-6)) << "step " << t;
    EXPECT_TRUE(at::allclose(linear->bias.to(at::kDouble), bias, 1e-5, 1e-6)) << "step " << t;
  }
}

TEST(Optimizer, ClipScalesTheJointNorm) {
  torch::nn::Linear linear(2, 2);
  Optimizer optimizer(*linear, decaying_config());
  set_gradients(linear, at::full({2, 2}, 2.0), at::full({2}, 3.0));  // norm sqrt(4·4 + 2·9)
  EXPECT_NEAR(optimizer.clip(0), std::sqrt(34.0), 1e-5);
  EXPECT_EQ(linear->bias.grad()[0].item<float>(), 3.0F);
  EXPECT_NEAR(optimizer.clip(100), std::sqrt(34.0), 1e-5);
  EXPECT_EQ(linear->bias.grad()[0].item<float>(), 3.0F);
  EXPECT_NEAR(optimizer.clip(1), std::sqrt(34.0), 1e-5);
  EXPECT_NEAR(linear->bias.grad()[0].item<float>(), 3 / std::sqrt(34.0), 1e-6);
  EXPECT_NEAR(linear->weight.grad()[1][1].item<float>(), 2 / std::sqrt(34.0), 1e-6);
}

TEST(Optimizer, AParameterWithoutGradientIsLeftAlone) {
  torch::nn::Linear linear(2, 2);
  Optimizer optimizer(*linear, decaying_config());
  const at::Tensor bias = linear->bias.detach().clone();
  linear->weight.mutable_grad() = at::full({2, 2}, 1.0);
  optimizer.step(0.1);
  EXPECT_TRUE(at::equal(linear->bias, bias));
  EXPECT_EQ(find(optimizer.state(), "bias.step").item<float>(), 0);
  EXPECT_EQ(find(optimizer.state(), "weight.step").item<float>(), 1);
}

TEST(Optimizer, ALoadedStateGoesOnWithTheSameBits) {
  at::manual_seed(4);
  torch::nn::Linear one(3, 2), two(3, 2);
  Optimizer first(*one, decaying_config());
  const auto step = [](torch::nn::Linear& linear, Optimizer& optimizer, int t) {
    at::manual_seed(t);
    set_gradients(linear, at::randn({2, 3}), at::randn({2}));
    optimizer.step(0.01);
  };
  step(one, first, 1);
  {
    const at::NoGradGuard no_grad;
    two->weight.copy_(one->weight);
    two->bias.copy_(one->bias);
  }
  NamedTensors state;
  for (const auto& [name, tensor] : first.state()) state.emplace_back(name, tensor.clone());
  Optimizer second(*two, decaying_config());
  second.load(state, "state");
  step(one, first, 2);
  step(two, second, 2);
  EXPECT_TRUE(at::equal(one->weight, two->weight));
  EXPECT_TRUE(at::equal(one->bias, two->bias));

  state.pop_back();
  EXPECT_EQ(testing::error_text([&] { second.load(state, "FILE"); }, ExitCode::data),
            "FILE: bias.step is missing");
}

}  // namespace
}  // namespace yoso::train
