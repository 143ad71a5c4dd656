// What every attention promises (nn/attention/attention.h), over the table of kinds with their
// defaults and over further options of those that have some. A new kind is tested without an edit
// here.

#include <gtest/gtest.h>

#include <sstream>

#include "lib/nn/nn_test_support.h"
#include "yoso/runtime/memory_meter.h"
#include "yoso/util/error.h"

namespace yoso::nn {
namespace {

constexpr double kRounding = 2e-5;

std::vector<std::string> specs() {
  std::vector<std::string> specs;
  for (const AttentionKind& kind : attention_kinds()) specs.push_back(kind.name);
  for (const char* variant : {
           "{kind: yoso, hashes: 5, hash_family: hyperplane, gradient: unbiased}",
           "{kind: yoso, hashes: 7, bits: 3, gradient: expected_lower_bound, conv_window: 5}",
           "{kind: yoso, hashes: 4, bits: 4, hash_passes: 4}",
           "{kind: yoso, weights: exact}",
           "{kind: yoso, weights: exact, bits: 4, normalize: sum, band: 0, conv_window: 3}",
           "{kind: yoso, weights: exact, hashes: 4, hash_bits: 3, cap: 64, tail: linear}",
           "{kind: hashed_softmax, band: 3, hashes: 8, partners: 4, cells: 5, global_tokens: 0}",
           "{kind: hashed_softmax, hashes: 2, hash_bits: 3, band: 2, tail: linear, conv_window: 3}",
           "{kind: hashed_softmax, hashes: 4, hash_bits: 6, band: 2, tail: none, global: start}",
           "{kind: hashed_softmax, hashes: 4, band: 2, cells: 6, learned_scale: true}",
           "{kind: yoso_expectation, bits: 4, gradient: lower_bound, conv_window: 3}",
           "{kind: linear, compat: mlpen}",
           "{kind: linformer, projected: 5}",
           "{kind: linformer, projected: 5, compat: mlpen}",
           "{kind: longformer, window: 6, global_tokens: 2}",
           "{kind: longformer, window: 0, global_tokens: 0}",
           "{kind: longformer, window: 40, global_tokens: 1}",
           "{kind: nystrom, landmarks: 4, conv_window: 5}",
           "{kind: performer, features: 16, resample_every: 5}",
           "{kind: performer, features: 8, kernel: relu}",
           "{kind: performer, features: 16, compat: mlpen}",
           "{kind: reformer, chunk: 4, rounds: 1}",
           "{kind: reformer, chunk: 3, rounds: 3, buckets: 4}",
           "{kind: reformer, chunk: 4, compat: mlpen}",
       }) {
    specs.push_back(variant);
  }
  return specs;
}

class AttentionContract : public ::testing::TestWithParam<std::string> {
 protected:
  AttentionContract() { at::manual_seed(11); }

  std::shared_ptr<AttentionImpl> build() const { return build_attention(GetParam(), shape_); }

  /// The row of the table that the parameter belongs to.
  static const AttentionKind& kind() {
    const config::Tree spec = attention_written(GetParam());
    return find_attention(spec.is_map() ? spec.find("kind")->scalar : spec.scalar);
  }

  // Dropout would make a context differ from call to call, so the shape has none.
  const AttentionShape shape_{.heads = 2, .head_dim = 12, .max_length = 64, .layer = 1, .seed = 5};
};

/// Real rows of the context, [valid tokens, heads·head_dim].
at::Tensor real_rows(const at::Tensor& context, const at::Tensor& mask) {
  return context.transpose(1, 2).flatten(-2).index({mask});
}

TEST_P(AttentionContract, ContextHasTheShapeOfTheQueries) {
  auto attention = build();
  for (int64_t length : {1, 2, 33}) {
    const AttentionInputs inputs = random_inputs(3, length, shape_);
    const at::Tensor context = attention->forward(inputs);
    EXPECT_EQ(context.sizes(), inputs.query.sizes());
    EXPECT_EQ(context.scalar_type(), at::kFloat);
    EXPECT_TRUE(context.isfinite().all().item<bool>()) << "length " << length;
  }
}

TEST_P(AttentionContract, PaddingChangesNoRealToken) {
  auto attention = build();
  const std::vector<int64_t> lengths{5, 9, 1};
  const HashSeed hash_seed{.seed = 3, .step = 17, .rows = at::tensor({4, 0, 9}, at::kLong)};
  AttentionInputs padded = random_inputs(3, 14, shape_);
  padded.mask = mask_of_lengths(lengths, 14);
  for (bool training : {false, true}) {
    attention->train(training);
    padded.hash_seed = training ? &hash_seed : nullptr;
    const at::Tensor context = attention->forward(padded);
    for (int64_t row = 0; row < 3; ++row) {
      const int64_t length = lengths[static_cast<size_t>(row)];
      AttentionInputs alone = rows_of(padded, row, 1);
      for (at::Tensor* x : {&alone.query, &alone.key, &alone.value}) *x = x->narrow(2, 0, length);
      alone.mask.reset();
      const HashSeed own{.seed = 3, .step = 17, .rows = hash_seed.rows.narrow(0, row, 1)};
      alone.hash_seed = training ? &own : nullptr;
      EXPECT_LT(
          max_difference(attention->forward(alone), context.narrow(0, row, 1).narrow(2, 0, length)),
          kRounding)
          << "row " << row << (training ? ", drawn" : ", stored");
    }
  }
}

TEST_P(AttentionContract, WhatStandsInMaskedPlacesIsNeverSeen) {
  auto attention = build();
  attention->eval();
  AttentionInputs inputs = random_inputs(4, 19, shape_);
  inputs.mask = at::rand({4, 19}) < 0.6;  // with holes
  inputs.mask.select(1, 7).fill_(true);
  AttentionInputs changed = inputs;
  const at::Tensor hidden = inputs.mask.logical_not().unsqueeze(1).unsqueeze(-1);
  for (at::Tensor* x : {&changed.query, &changed.key, &changed.value}) {
    *x = at::where(hidden, at::randn_like(*x) * 50, *x);
  }
  const at::Tensor before = real_rows(attention->forward(inputs), inputs.mask);
  const at::Tensor after = real_rows(attention->forward(changed), inputs.mask);
  EXPECT_TRUE(at::equal(before, after)) << max_difference(before, after);
}

TEST_P(AttentionContract, MaskedTokensSendNoGradientToTheirKeysAndValues) {
  auto attention = build();
  AttentionInputs inputs = random_inputs(2, 13, shape_);
  inputs.mask = at::rand({2, 13}) < 0.5;
  inputs.mask.select(1, 0).fill_(true);
  const at::Tensor context = real_rows(attention->forward(inputs), inputs.mask);
  (context * at::randn_like(context)).sum().backward();
  const at::Tensor hidden = inputs.mask.logical_not().unsqueeze(1).unsqueeze(-1);
  for (const at::Tensor& x : {inputs.key, inputs.value}) {
    if (!x.grad().defined()) continue;
    EXPECT_EQ((x.grad() * hidden).abs().max().item<double>(), 0);
  }
}

TEST_P(AttentionContract, AMaskOfRealTokensEqualsNone) {
  auto attention = build();
  AttentionInputs inputs = random_inputs(2, 10, shape_);
  const at::Tensor unmasked = attention->forward(inputs);
  inputs.mask = at::ones({2, 10}, at::kBool);
  EXPECT_LT(max_difference(attention->forward(inputs), unmasked), kRounding);
}

TEST_P(AttentionContract, RowsKnowNothingOfTheRestOfTheirBatch) {
  auto attention = build();
  const HashSeed hash_seed{.seed = 8, .step = 2, .rows = at::arange(20, 24)};
  AttentionInputs batch = random_inputs(4, 11, shape_);
  batch.mask = mask_of_lengths({11, 4, 8, 11}, 11);
  for (bool training : {false, true}) {
    attention->train(training);
    batch.hash_seed = training ? &hash_seed : nullptr;
    const at::Tensor whole = attention->forward(batch);
    for (int64_t first : {0, 2}) {  // as two micro-batches
      AttentionInputs half = rows_of(batch, first, 2);
      const HashSeed own{.seed = 8, .step = 2, .rows = hash_seed.rows.narrow(0, first, 2)};
      half.hash_seed = training ? &own : nullptr;
      EXPECT_LT(max_difference(real_rows(attention->forward(half), half.mask),
                               real_rows(whole.narrow(0, first, 2), half.mask)),
                kRounding);
    }
  }
}

TEST_P(AttentionContract, EqualSeedsGiveEqualContexts) {
  const AttentionInputs inputs = random_inputs(2, 20, shape_);
  auto one = build();
  at::manual_seed(99);  // LibTorch's own generator plays no part
  auto other = build();
  EXPECT_TRUE(at::equal(one->forward(inputs), other->forward(inputs)));
}

TEST_P(AttentionContract, GradientsAreFinite) {
  auto attention = build();
  for (int64_t length : {1, 2, 33}) {
    AttentionInputs inputs = random_inputs(3, length, shape_);
    {
      const at::NoGradGuard no_grad;
      inputs.query[0].zero_();  // rows without a direction
      inputs.key[0].zero_();
      inputs.key[1].copy_(inputs.query[1]);  // pairs at the kernel's end x = 1
      inputs.value[2].zero_();               // a context of zeros
    }
    at::Tensor context = attention->forward(inputs);
    (context * at::randn_like(context)).sum().backward();
    for (const at::Tensor& x : {inputs.query, inputs.key, inputs.value}) {
      if (!x.grad().defined()) continue;
      EXPECT_TRUE(x.grad().isfinite().all().item<bool>()) << "length " << length;
      EXPECT_LT(x.grad().abs().max().item<double>(), 1e4) << "length " << length;
    }
    EXPECT_GT(inputs.value.grad().abs().max().item<double>(), 0);
  }
}

TEST_P(AttentionContract, GradientsAreFiniteAtLength4096) {
  AttentionShape shape = shape_;
  shape.heads = 1;
  shape.max_length = 4096;
  auto attention = build_attention(GetParam(), shape);
  AttentionInputs inputs = random_inputs(2, 4096, shape);
  inputs.mask = mask_of_lengths({4096, 3001}, 4096);
  const at::Tensor context = attention->forward(inputs);
  EXPECT_TRUE(context.isfinite().all().item<bool>());
  (context * at::randn_like(context)).sum().backward();
  for (const at::Tensor& x : {inputs.query, inputs.key, inputs.value}) {
    if (!x.grad().defined()) continue;
    EXPECT_TRUE(x.grad().isfinite().all().item<bool>());
  }
  EXPECT_GT(inputs.value.grad().abs().max().item<double>(), 0);
}

TEST_P(AttentionContract, MemoryGrowsLinearlyWhereClaimed) {
  if (!kind().linear_memory) GTEST_SKIP() << kind().name << " claims nothing";
  AttentionShape shape = shape_;
  shape.max_length = 8192;
  const auto peak = [&](int64_t length) {
    auto attention = build_attention(GetParam(), shape);
    AttentionInputs inputs = random_inputs(1, length, shape);
    inputs.mask = at::ones({1, length}, at::kBool);
    const runtime::MemoryMeter memory(c10::Device(c10::kCPU), 0);
    attention->forward(inputs).sum().backward();
    return static_cast<double>(memory.peak());
  };
  EXPECT_LT(peak(8192), 4.6 * peak(2048));
}

TEST_P(AttentionContract, ARowWithoutRealTokensStaysFinite) {
  auto attention = build();
  AttentionInputs inputs = random_inputs(2, 6, shape_);
  inputs.mask = mask_of_lengths({0, 6}, 6);
  at::Tensor context = attention->forward(inputs);
  EXPECT_TRUE(context.isfinite().all().item<bool>());
  context.sum().backward();
  for (const at::Tensor& x : {inputs.query, inputs.key, inputs.value}) {
    if (!x.grad().defined()) continue;
    EXPECT_TRUE(x.grad().isfinite().all().item<bool>());
  }
}

TEST_P(AttentionContract, ParametersAndBuffersAreAllTheState) {
  auto attention = build();
  AttentionShape other_shape = shape_;
  other_shape.seed = 6;
  auto other = build_attention(GetParam(), other_shape);
  const at::NoGradGuard no_grad;
  auto parameters = other->named_parameters();
  for (const auto& saved : attention->named_parameters()) {
    parameters[saved.key()].copy_(saved.value());
  }
  auto buffers = other->named_buffers();
  for (const auto& saved : attention->named_buffers()) buffers[saved.key()].copy_(saved.value());
  const AttentionInputs inputs = random_inputs(2, 20, shape_);
  EXPECT_TRUE(at::equal(attention->forward(inputs), other->forward(inputs)));
}

TEST_P(AttentionContract, AClonePassesTheSameAndOwnsItsTensors) {
  auto attention = build();
  attention->resample(2);
  const auto copy = std::dynamic_pointer_cast<AttentionImpl>(attention->clone());
  ASSERT_NE(copy, nullptr);
  const AttentionInputs inputs = random_inputs(2, 20, shape_);
  EXPECT_TRUE(at::equal(attention->forward(inputs), copy->forward(inputs)));
  const auto tensors = attention->named_buffers();
  for (const auto& buffer : copy->named_buffers())
    EXPECT_NE(buffer.value().data_ptr(), tensors[buffer.key()].data_ptr()) << buffer.key();
}

TEST_P(AttentionContract, ResampleZeroGivesBackTheFirstHashes) {
  auto attention = build();
  const AttentionInputs inputs = random_inputs(2, shape_.max_length, shape_);
  const at::Tensor before = attention->forward(inputs);
  attention->resample(3);
  const at::Tensor resampled = attention->forward(inputs);
  EXPECT_EQ(at::equal(before, resampled), attention->buffers().empty());
  // Every buffer is drawn, and the kind's row names it.
  EXPECT_EQ(kind().drawn_buffers.empty(), attention->buffers().empty());
  for (const auto& buffer : attention->named_buffers()) {
    EXPECT_TRUE(is_drawn("encoder.layers.0.attention.core." + buffer.key())) << buffer.key();
  }
  for (const auto& parameter : attention->named_parameters()) {
    EXPECT_FALSE(is_drawn("encoder.layers.0.attention.core." + parameter.key()));
  }
  attention->resample(0);
  EXPECT_TRUE(at::equal(before, attention->forward(inputs)));
}

TEST_P(AttentionContract, StaysInBfloat16UnderAutocast) {
  // What mixed precision hands to an attention: projections in bfloat16, parameters in float32.
  auto attention = build();
  AttentionInputs inputs = random_inputs(2, 16, shape_);
  const at::Tensor exact = attention->forward(inputs);
  for (at::Tensor* x : {&inputs.query, &inputs.key, &inputs.value})
    *x = x->detach().to(at::kBFloat16).requires_grad_();
  at::Tensor context;
  {
    const Autocast autocast;
    context = attention->forward(inputs);
  }
  EXPECT_EQ(context.scalar_type(), at::kBFloat16);
  context.sum().backward();
  EXPECT_EQ(inputs.value.grad().scalar_type(), at::kBFloat16);
  EXPECT_TRUE(inputs.value.grad().isfinite().all().item<bool>());
  // A bit of a code may flip where a projection is near zero, so some tokens may differ by more
  // than rounding.
  EXPECT_LT((context.to(at::kFloat) - exact).abs().median().item<double>(), 0.03);
}

TEST_P(AttentionContract, PrintsItselfAndRejectsUnknownOptions) {
  std::stringstream text;
  build()->pretty_print(text);
  EXPECT_EQ(text.str().rfind("yoso::nn::", 0), 0u) << text.str();
  EXPECT_EQ(text.str().find("anonymous"), std::string::npos) << text.str();

  try {
    resolve_attention(attention_written("{kind: " + kind().name + ", no_such_option: 1}"), 1,
                      shape_);
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_EQ(
        std::string(error.what()).rfind("test.yaml:1: attention.no_such_option: unknown key", 0),
        0u)
        << error.what();
  }
}

std::string test_name(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !std::isalnum(c); }, '_');
  return std::to_string(info.index) + "_" + name;
}

INSTANTIATE_TEST_SUITE_P(Kinds, AttentionContract, ::testing::ValuesIn(specs()), test_name);

}  // namespace
}  // namespace yoso::nn
