#include "yoso/nn/encoder_layer.h"

#include <gtest/gtest.h>

#include "lib/nn/nn_test_support.h"
#include "yoso/nn/pooling.h"

namespace yoso::nn {
namespace {

/// A block restated with the parameters of the module.
at::Tensor restate_layer(EncoderLayer& layer, const at::Tensor& x,
                         const config::ModelConfig& model) {
  auto p = layer->named_parameters();
  const auto linear = [&](const std::string& name, const at::Tensor& input) {
    return at::matmul(input, p[name + ".weight"].t()) + p[name + ".bias"];
  };
  const auto norm = [&](const std::string& name, const at::Tensor& input) {
    const at::Tensor centred = input - input.mean(-1, true);
    const at::Tensor variance = centred.pow(2).mean(-1, true);
    return centred / (variance + model.layer_norm_eps).sqrt() * p[name + ".weight"] +
           p[name + ".bias"];
  };
  const auto attention = [&](const at::Tensor& input) {
    std::vector<at::Tensor> heads;
    const int64_t width = model.dim / model.heads;
    for (int64_t head = 0; head < model.heads; ++head) {
      const auto part = [&](const char* name) {
        return linear(std::string("attention.") + name, input).narrow(-1, head * width, width);
      };
      const at::Tensor scores =
          at::matmul(part("query"), part("key").transpose(1, 2)) / std::sqrt(double(width));
      heads.push_back(at::matmul(scores.softmax(-1), part("value")));
    }
    return linear("attention.output", at::cat(heads, -1));
  };
  const auto feed_forward = [&](const at::Tensor& input) {
    const at::Tensor h = linear("feed_forward.intermediate", input);
    const at::Tensor active = model.activation == config::Activation::relu
                                  ? h.clamp_min(0)
                                  : h * 0.5 * (1 + (h / std::sqrt(2.0)).erf());
    return linear("feed_forward.output", active);
  };
  if (model.norm == config::Norm::pre) {
    const at::Tensor y = x + attention(norm("attention_norm", x));
    return y + feed_forward(norm("feed_forward_norm", y));
  }
  const at::Tensor y = norm("attention_norm", x + attention(x));
  return norm("feed_forward_norm", y + feed_forward(y));
}

TEST(EncoderLayer, EqualsItsRestatementInPreAndPostNorm) {
  at::manual_seed(12);
  for (const auto norm : {config::Norm::pre, config::Norm::post}) {
    for (const auto activation : {config::Activation::gelu, config::Activation::relu}) {
      config::ModelConfig model = tiny_model();
      model.norm = norm;
      model.activation = activation;
      const AttentionShape shape = attention_shape(model, 1);
      EncoderLayer layer(model, resolve_attention(attention_written("softmax"), 1, shape).front(),
                         shape);
      init_parameters(*layer, 1, 0.02);
      const at::Tensor x = at::randn({3, 7, model.dim});
      EXPECT_LT(max_difference(layer(x, LayerContext{}), restate_layer(layer, x, model)), 1e-5)
          << to_text(norm) << ' ' << to_text(activation);
    }
  }
}

TEST(Pooling, MeanIsOverRealTokens) {
  const at::Tensor hidden = at::arange(12, at::kFloat).view({2, 3, 2});
  const at::Tensor mask = at::tensor({1, 0, 1, 0, 0, 0}).view({2, 3}).to(at::kBool);
  EXPECT_LT(max_difference(pool(hidden, mask, Pooling::mean),
                           at::tensor({2.0, 3.0, 0.0, 0.0}).view({2, 2})),
            1e-6);
  EXPECT_LT(max_difference(pool(hidden, {}, Pooling::mean),
                           at::tensor({2.0, 3.0, 8.0, 9.0}).view({2, 2})),
            1e-6);
  EXPECT_LT(max_difference(pool(hidden, mask, Pooling::first),
                           at::tensor({0.0, 1.0, 6.0, 7.0}).view({2, 2})),
            1e-6);
  // 4,096 ones and a small share: a sum in bfloat16 would stop at 256.
  EXPECT_LT(max_difference(pool(at::ones({1, 4096, 1}, at::kBFloat16), {}, Pooling::mean),
                           at::ones({1, 1})),
            1e-6);
}

}  // namespace
}  // namespace yoso::nn
