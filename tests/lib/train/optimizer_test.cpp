#include "yoso/train/optimizer.h"

#include <ATen/Parallel.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <gtest/gtest.h>
#include <torch/nn/modules/linear.h>

#include "support/user_error.h"
#include "yoso/runtime/gradient_norm.h"

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
  const auto weight_after = [](double clip_norm, double gradient_scale, int steps) {
    at::manual_seed(5);
    torch::nn::Linear linear(2, 2);
    Optimizer optimizer(*linear, decaying_config());
    for (int t = 0; t < steps; ++t) {
      // Of norm sqrt(4·4 + 2·9); the second step has another direction.
      set_gradients(linear, at::full({2, 2}, (t == 0 ? 2.0 : -2.0) * gradient_scale),
                    at::full({2}, 3.0 * gradient_scale));
      if (gradient_scale == 1) {
        EXPECT_NEAR(optimizer.clip(clip_norm), std::sqrt(34.0), 1e-5);
      }
      optimizer.step(0.1);
    }
    return linear->weight.detach().clone();
  };
  // One step of Adam does not depend on the scale, two of different ones do.
  EXPECT_TRUE(
      at::allclose(weight_after(0.5, 1, 2), weight_after(0, 0.5 / std::sqrt(34.0), 2), 1e-6, 1e-7));
  const at::Tensor unclipped = weight_after(0, 1, 2);
  EXPECT_TRUE(at::equal(weight_after(100, 1, 2), unclipped));
}

TEST(Optimizer, ClippingEndsWithItsStep) {
  torch::nn::Linear one(2, 2), two(2, 2);
  {
    const at::NoGradGuard no_grad;
    two->weight.copy_(one->weight);
    two->bias.copy_(one->bias);
  }
  Optimizer clipped(*one, decaying_config()), scaled(*two, decaying_config());
  const at::Tensor weight = at::full({2, 2}, 2.0), bias = at::full({2}, 3.0);
  set_gradients(one, weight, bias);
  clipped.clip(0.5);
  clipped.step(0.1);
  set_gradients(two, weight * (0.5 / std::sqrt(34.0)), bias * (0.5 / std::sqrt(34.0)));
  scaled.step(0.1);
  set_gradients(one, weight, bias);
  set_gradients(two, weight, bias);
  clipped.step(0.1);
  scaled.step(0.1);
  EXPECT_TRUE(at::allclose(serialization::find(clipped.state(), "weight.exp_avg"),
                           serialization::find(scaled.state(), "weight.exp_avg"), 1e-5, 0));
}

TEST(JointNorm, IsThatOfAllValuesTogether) {
  at::manual_seed(6);
  const std::vector<at::Tensor> tensors = {at::randn({300, 257}), at::randn({7}), at::zeros({0}),
                                           at::randn({33, 5}).t()};
  double sum = 0;
  for (const at::Tensor& tensor : tensors)
    sum += tensor.to(at::kDouble).square().sum().item<double>();
  EXPECT_NEAR(runtime::joint_norm(tensors), std::sqrt(sum), 1e-9);
  EXPECT_EQ(runtime::joint_norm({}), 0);
  EXPECT_TRUE(std::isnan(runtime::joint_norm({at::full({3}, NAN)})));
  // What is not read directly goes through LibTorch.
  EXPECT_NEAR(
      runtime::joint_norm({at::full({4}, 2.0, at::kDouble), at::full({2}, 3.0, at::kDouble)}),
      std::sqrt(34.0), 1e-12);
  EXPECT_NEAR(runtime::joint_norm({at::full({4, 2}, 2.0).select(1, 0), at::full({2}, 3.0)}),
              std::sqrt(34.0), 1e-5);
}

TEST(JointNorm, DoesNotDependOnTheNumberOfThreads) {
  const at::Tensor values = at::randn({500'001});
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  const double one = runtime::joint_norm({values});
  at::set_num_threads(3);
  EXPECT_EQ(runtime::joint_norm({values}), one);
  at::set_num_threads(threads);
}

TEST(Optimizer, AParameterWithoutGradientIsLeftAlone) {
  torch::nn::Linear linear(2, 2);
  Optimizer optimizer(*linear, decaying_config());
  const at::Tensor bias = linear->bias.detach().clone();
  linear->weight.mutable_grad() = at::full({2, 2}, 1.0);
  optimizer.step(0.1);
  EXPECT_TRUE(at::equal(linear->bias, bias));
  EXPECT_EQ(serialization::find(optimizer.state(), "bias.step").item<float>(), 0);
  EXPECT_EQ(serialization::find(optimizer.state(), "weight.step").item<float>(), 1);
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
  serialization::NamedTensors state;
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
