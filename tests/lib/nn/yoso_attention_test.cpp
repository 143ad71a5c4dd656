// YOSO attention against statements of its definition in plain tensor operations.

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <numbers>

#include "lib/nn/nn_test_support.h"
#include "yoso/nn/attention/value_convolution.h"

namespace yoso::nn {
namespace {

/// Sylvester's matrix of +1 and −1.
at::Tensor walsh_hadamard(int64_t size) {
  at::Tensor w = at::ones({1, 1}, at::kDouble);
  while (w.size(0) < size) w = at::cat({at::cat({w, w}, 1), at::cat({w, -w}, 1)}, 0);
  return w;
}

/// bits [groups, hashes, bits, length] of rows x [groups, length, head_dim] by planes [groups,
/// hashes, bits, head_dim].
at::Tensor hyperplane_bits(const at::Tensor& x, const at::Tensor& planes) {
  return at::einsum("gmtd,gnd->gmtn", {planes.to(at::kDouble), x.to(at::kDouble)}).ge(0);
}

/// The same by signs [groups, passes, 3, width].
at::Tensor hadamard_bits(const at::Tensor& x, const at::Tensor& signs, int64_t hashes,
                         int64_t bits) {
  const int64_t groups = signs.size(0), passes = signs.size(1), width = signs.size(3),
                length = x.size(1);
  const at::Tensor w = walsh_hadamard(width);
  at::Tensor y = at::constant_pad_nd(x.to(at::kDouble), {0, width - x.size(2)}).unsqueeze(1);
  for (int64_t round = 0; round < 3; ++round) {
    y = at::matmul(y * signs.select(2, round).unsqueeze(2).to(at::kDouble), w);
  }
  const int64_t per_pass = (hashes * bits + passes - 1) / passes;
  // [groups, passes, length, per pass] → bits in the order of their numbers t·hashes + m.
  at::Tensor flat =
      y.narrow(-1, 0, per_pass).transpose(2, 3).reshape({groups, passes * per_pass, length});
  return flat.narrow(1, 0, hashes * bits)
      .view({groups, bits, hashes, length})
      .transpose(1, 2)
      .ge(0);
}

/// B̄ [groups, queries, keys] from the bits of both.
at::Tensor collision_share(const at::Tensor& query_bits, const at::Tensor& key_bits) {
  return query_bits.unsqueeze(-1).eq(key_bits.unsqueeze(-2)).all(2).to(at::kDouble).mean(1);
}

/// x / max(‖x‖, 1e-12).
at::Tensor unit(const at::Tensor& x) { return x / x.norm(2, -1, true).clamp_min(1e-12); }

class YosoAttention : public testing::Test {
 protected:
  YosoAttention() { at::manual_seed(3); }
  const AttentionShape shape_{.heads = 2, .head_dim = 6, .max_length = 64, .layer = 3, .seed = 21};
};

/// The layer's definition (method: normalise, B̄ V, normalise) with the gradients that `gradient`
/// names, in float64, on inputs flattened to groups [batch·heads, length, head_dim].
at::Tensor dense_statement(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                           const at::Tensor& share, const at::Tensor& pair_mask, int64_t bits,
                           const std::string& gradient) {
  const at::Tensor x = at::matmul(unit(query), unit(key).transpose(1, 2));
  const at::Tensor angle = x.detach().clamp(-1 + 1e-4, 1 - 1e-4).acos();
  const at::Tensor p = (1 - x.detach().clamp(-1, 1).acos() / std::numbers::pi).pow(bits);
  const at::Tensor a = pair_mask * (gradient == "expected_lower_bound" ? p : share);
  at::Tensor weight = at::full_like(a, 0.5 * static_cast<double>(bits));
  if (gradient == "unbiased") weight = bits / ((std::numbers::pi - angle) * angle.sin());
  // Terms that are zero and carry the gradient.
  const at::Tensor through_value = at::matmul(a, value - value.detach());
  const at::Tensor through_pairs = at::matmul(a * weight * (x - x.detach()), value.detach());
  const at::Tensor context =
      at::matmul(pair_mask * share, value.detach()) + through_value + through_pairs;
  const at::Tensor norm = context.norm(2, -1, true);
  return at::where(norm > 0, context / at::where(norm > 0, norm, at::ones_like(norm)),
                   at::zeros_like(context));
}

TEST_F(YosoAttention, EqualsTheDenseStatementInValueAndGradient) {
  const int64_t batch = 3, length = 14, groups = batch * shape_.heads;
  for (const std::string family : {"hadamard", "hyperplane"}) {
    for (const std::string gradient : {"lower_bound", "unbiased", "expected_lower_bound"}) {
      SCOPED_TRACE(family + " " + gradient);
      auto attention = build_attention("{kind: yoso, hashes: 9, bits: 3, hash_family: " + family +
                                           ", gradient: " + gradient + "}",
                                       shape_);
      const bool hadamard = family == "hadamard";
      // Stored hashes are the same for every row of the batch.
      const at::Tensor numbers = attention->buffers().front().repeat({batch, 1, 1, 1});
      AttentionInputs inputs = random_inputs(batch, length, shape_);
      inputs.mask = at::rand({batch, length}) < 0.7;
      inputs.mask.select(1, 0).fill_(true);

      const auto flat = [&](const at::Tensor& x) {
        return x.detach().to(at::kDouble).view({groups, length, shape_.head_dim}).requires_grad_();
      };
      const at::Tensor query = flat(inputs.query), key = flat(inputs.key),
                       value = flat(inputs.value);
      const auto bits_of = [&](const at::Tensor& x) {
        return hadamard ? hadamard_bits(x.detach(), numbers, 9, 3)
                        : hyperplane_bits(x.detach(), numbers);
      };
      const at::Tensor mask = inputs.mask.repeat_interleave(shape_.heads, 0).to(at::kDouble);
      const at::Tensor expected =
          dense_statement(query, key, value, collision_share(bits_of(query), bits_of(key)),
                          mask.unsqueeze(2) * mask.unsqueeze(1), 3, gradient)
              .view_as(inputs.query);

      const at::Tensor context = attention->forward(inputs);
      EXPECT_LT(max_difference(context, expected), 1e-5);
      const at::Tensor upstream = at::randn_like(context);
      context.backward(upstream);
      expected.backward(upstream.to(at::kDouble));
      EXPECT_LT(max_difference(inputs.query.grad(), query.grad().view_as(context)), 1e-4);
      EXPECT_LT(max_difference(inputs.key.grad(), key.grad().view_as(context)), 1e-4);
      EXPECT_LT(max_difference(inputs.value.grad(), value.grad().view_as(context)), 1e-4);
    }
  }
}

TEST_F(YosoAttention, ExpectationEqualsItsDenseStatement) {
  auto attention = build_attention("{kind: yoso_expectation, bits: 5}", shape_);
  AttentionInputs inputs = random_inputs(2, 9, shape_);
  inputs.mask = mask_of_lengths({9, 6}, 9);
  const at::Tensor x =
      at::matmul(unit(inputs.query), unit(inputs.key).transpose(2, 3)).to(at::kDouble).clamp(-1, 1);
  const at::Tensor mask = inputs.mask.unsqueeze(1).to(at::kDouble);
  const at::Tensor p =
      (1 - x.acos() / std::numbers::pi).pow(5) * mask.unsqueeze(2) * mask.unsqueeze(3);
  const at::Tensor expected = unit(at::matmul(p, inputs.value.to(at::kDouble)));
  EXPECT_LT(max_difference(attention->forward(inputs), expected), 1e-5);
}

TEST_F(YosoAttention, ApproachesTheExpectationWithMoreHashes) {
  const AttentionInputs inputs = random_inputs(2, 16, shape_);
  const at::Tensor expected =
      build_attention("{kind: yoso_expectation, bits: 4}", shape_)->forward(inputs);
  const auto error = [&](int64_t hashes) {
    auto attention = build_attention(
        "{kind: yoso, bits: 4, hash_family: hyperplane, hashes: " + std::to_string(hashes) + "}",
        shape_);
    return (attention->forward(inputs) - expected).pow(2).mean().sqrt().item<double>();
  };
  // Errors fall with the root of the number of hashes: 64 times as many, an eighth.
  const double coarse = error(64), fine = error(4096);
  EXPECT_GT(coarse, 4 * fine);
  EXPECT_LT(coarse, 16 * fine);
  EXPECT_LT(fine, 0.03);
}

TEST_F(YosoAttention, DrawsDependOnSeedLayerStepRowAndHead) {
  AttentionInputs inputs = random_inputs(1, 24, shape_);
  const auto context = [&](uint64_t seed, int64_t layer, int64_t step, int64_t row) {
    AttentionShape shape = shape_;
    shape.layer = layer;
    const HashSeed hash_seed{.seed = seed, .step = step, .rows = at::tensor({row})};
    inputs.hash_seed = &hash_seed;
    return build_attention("{kind: yoso, hashes: 4}", shape)->forward(inputs);
  };
  const at::Tensor base = context(1, 0, 5, 2);
  EXPECT_TRUE(at::equal(base, context(1, 0, 5, 2)));
  EXPECT_FALSE(at::equal(base, context(2, 0, 5, 2)));
  EXPECT_FALSE(at::equal(base, context(1, 1, 5, 2)));
  EXPECT_FALSE(at::equal(base, context(1, 0, 6, 2)));
  EXPECT_FALSE(at::equal(base, context(1, 0, 5, 3)));
  const at::Tensor signs = build_attention("yoso", shape_)->named_buffers()["hashes.signs"];
  EXPECT_FALSE(at::equal(signs[0], signs[1]));  // of two heads
}

TEST_F(YosoAttention, ALayerThatSharesItsModuleHasTheHashesOfItsOwnPlace) {
  AttentionShape shared = shape_;  // layers 3, 4 and 5 in one module
  shared.applications = 3;
  AttentionShape alone = shape_;
  alone.layer = 5;
  for (const char* spec :
       {"{kind: yoso, hashes: 4}", "{kind: yoso, hashes: 4, hash_family: hyperplane}"}) {
    auto module = build_attention(spec, shared);
    auto own = build_attention(spec, alone);
    AttentionInputs inputs = random_inputs(2, 24, shape_);
    const at::Tensor first = module->forward(inputs);
    inputs.application = 2;
    const at::Tensor third = module->forward(inputs);
    EXPECT_FALSE(at::equal(first, third));
    inputs.application = 0;
    EXPECT_TRUE(at::equal(third, own->forward(inputs)));
    const HashSeed hash_seed{.seed = 1, .step = 2, .rows = at::arange(2)};
    inputs.hash_seed = &hash_seed;
    const at::Tensor drawn = own->forward(inputs);
    inputs.application = 2;
    EXPECT_TRUE(at::equal(drawn, module->forward(inputs)));
    inputs.application = 3;
    EXPECT_THROW(module->forward(inputs), c10::Error);
  }
}

TEST_F(YosoAttention, ADrawMustNameEveryRow) {
  AttentionInputs inputs = random_inputs(3, 5, shape_);
  for (const at::Tensor& rows : {at::arange(2), at::arange(3, at::kInt), at::Tensor()}) {
    const HashSeed hash_seed{.seed = 1, .step = 2, .rows = rows};
    inputs.hash_seed = &hash_seed;
    EXPECT_THROW(build_attention("yoso", shape_)->forward(inputs), c10::Error);
  }
}

TEST_F(YosoAttention, StoredHashesAreBuffersOfTheSizeThatOptionsAskFor) {
  const auto sizes = [&](const std::string& options, const std::string& name) {
    return build_attention("{kind: yoso, hashes: 10, bits: 4" + options + "}", shape_)
        ->named_buffers()[name]
        .sizes()
        .vec();
  };
  // Width 8 holds 40 bits in no fewer than 5 passes.
  EXPECT_EQ(sizes("", "hashes.signs"), (std::vector<int64_t>{2, 5, 3, 8}));
  EXPECT_EQ(sizes(", hash_passes: 7", "hashes.signs"), (std::vector<int64_t>{2, 7, 3, 8}));
  EXPECT_EQ(sizes(", hash_family: hyperplane", "hashes.planes"),
            (std::vector<int64_t>{2, 10, 4, 6}));
}

TEST_F(YosoAttention, MoreBitsThanHeadDimensionsWidenTheTransform) {
  auto attention = build_attention("{kind: yoso, hashes: 3, bits: 9}", shape_);
  EXPECT_EQ(attention->named_buffers()["hashes.signs"].sizes(), at::IntArrayRef({2, 2, 3, 16}));
  const AttentionInputs inputs = random_inputs(2, 8, shape_);
  // Every token is its own query and key, so it collides with itself in every hash.
  AttentionInputs own = inputs;
  own.key = own.query;
  const at::Tensor norms = attention->forward(own).norm(2, -1);
  EXPECT_LT(max_difference(norms, at::ones_like(norms)), 1e-5);
}

TEST_F(YosoAttention, ConvolutionIsAddedToTheNormalisedContext) {
  for (const std::string kind : {"yoso", "yoso_expectation"}) {
    auto plain = build_attention("{kind: " + kind + "}", shape_);
    auto with_conv = build_attention("{kind: " + kind + ", conv_window: 7}", shape_);
    AttentionInputs inputs = random_inputs(2, 10, shape_);
    inputs.mask = at::rand({2, 10}) < 0.6;
    const at::Tensor weight = with_conv->named_parameters()["conv.weight"];
    ASSERT_EQ(weight.sizes(), at::IntArrayRef({2, 1, 7, 1}));
    at::Tensor expected = plain->forward(inputs).detach().clone();
    for (int64_t row = 0; row < 2; ++row) {
      for (int64_t head = 0; head < 2; ++head) {
        for (int64_t i = 0; i < 10; ++i) {
          for (int64_t tap = 0; tap < 7; ++tap) {
            const int64_t j = i + tap - 3;
            if (j < 0 || j >= 10 || !inputs.mask[row][j].item<bool>()) continue;
            expected[row][head][i] += weight[head][0][tap][0] * inputs.value.detach()[row][head][j];
          }
        }
      }
    }
    EXPECT_LT(max_difference(with_conv->forward(inputs), expected), 1e-5) << kind;
  }
}

TEST(ValueConvolution, EqualsTheDepthwiseConvolutionInValueAndGradient) {
  at::manual_seed(4);
  for (int64_t window : {1, 5, 33}) {
    for (int64_t length : {1, 16, 47, 100}) {
      ValueConvolution conv(3, window);
      const at::Tensor value = at::randn({2, 3, length, 5}).requires_grad_();
      const at::Tensor upstream = at::randn_like(value);
      const auto gradients = [&](const at::Tensor& result) {
        return torch::autograd::grad({result}, {value, conv->weight}, {upstream});
      };
      const at::Tensor result = conv(value, at::Tensor());
      const at::Tensor expected = at::conv2d(value, conv->weight, {}, 1, {window / 2, 0}, 1, 3);
      EXPECT_LT(max_difference(result, expected), 1e-5) << window << ' ' << length;
      const auto actual_gradients = gradients(result), expected_gradients = gradients(expected);
      EXPECT_LT(max_difference(actual_gradients[0], expected_gradients[0]), 1e-5);
      EXPECT_LT(max_difference(actual_gradients[1], expected_gradients[1]), 1e-4);
    }
  }
}

TEST(ValueConvolution, RejectsAnEvenWindow) { EXPECT_THROW(ValueConvolution(2, 4), c10::Error); }

}  // namespace
}  // namespace yoso::nn
