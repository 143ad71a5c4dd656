// The formulas of cost against the matrix products that LibTorch is asked for, and, where own
// kernels do the work, against numbers derived by hand.
#include "yoso/nn/cost.h"

#include <ATen/record_function.h>
#include <gtest/gtest.h>

#include <string_view>

#include "lib/nn/nn_test_support.h"
#include "yoso/nn/encoder.h"

namespace yoso::nn {
namespace {

thread_local int64_t counted = 0;
thread_local int inside_attention = 0;  // the fused attention's own products are counted with it

bool is_attention(const at::RecordFunction& function) {
  return std::string_view(function.name()) == "aten::scaled_dot_product_attention";
}

at::IntArrayRef sizes_of(const at::RecordFunction& function, size_t input) {
  return function.inputs()[input].toTensor().sizes();
}

std::unique_ptr<at::ObserverContext> on_call(const at::RecordFunction& function) {
  const std::string_view name = function.name();
  if (is_attention(function)) {
    const auto query = sizes_of(function, 0), key = sizes_of(function, 1),
               value = sizes_of(function, 2);
    const int64_t groups = query[0] * query[1];
    if (inside_attention++ == 0) counted += groups * query[2] * key[2] * (query[3] + value[3]);
  } else if (inside_attention == 0) {
    if (name == "aten::mm" || name == "aten::bmm") {
      counted += function.inputs()[0].toTensor().numel() * sizes_of(function, 1).back();
    } else if (name == "aten::addmm" || name == "aten::baddbmm") {
      counted += function.inputs()[1].toTensor().numel() * sizes_of(function, 2).back();
    } else if (name == "aten::mv" || name == "aten::dot") {
      counted += function.inputs()[0].toTensor().numel();
    }
  }
  return nullptr;
}

void on_return(const at::RecordFunction& function, at::ObserverContext*) {
  if (is_attention(function)) --inside_attention;
}

/// Multiply-adds of the products that `work` asks LibTorch for.
template <class Work>
int64_t count_products(Work work) {
  counted = 0;
  const at::CallbackHandle handle =
      at::addThreadLocalCallback(at::RecordFunctionCallback(on_call, on_return)
                                     .needsInputs(true)
                                     .scopes({
                                         at::RecordScope::FUNCTION,
                                     }));
  work();
  at::removeCallback(handle);
  return counted;
}

int64_t formula(const std::string& spec, const AttentionShape& shape, int64_t length) {
  return attention_multiply_adds(resolve_attention(attention_written(spec), 1, shape).front(),
                                 shape, length);
}

class MultiplyAdds : public ::testing::TestWithParam<std::string> {};

TEST_P(MultiplyAdds, AreThoseOfTheProducts) {
  const at::NoGradGuard no_grad;
  const AttentionShape shape{.heads = 2, .head_dim = 12, .max_length = 96, .seed = 5};
  auto attention = build_attention(GetParam(), shape);
  attention->eval();
  for (const int64_t length : {24, 96}) {
    const AttentionInputs inputs = random_inputs(/*batch=*/1, length, shape);
    EXPECT_EQ(count_products([&] { attention->forward(inputs); }),
              formula(GetParam(), shape, length))
        << "length " << length;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, MultiplyAdds,
    ::testing::Values(
        "softmax", "none", "linear", "{kind: linear, compat: mlpen}",
        "{kind: linformer, projected: 5}", "{kind: linformer, projected: 5, compat: mlpen}",
        "{kind: longformer, window: 40, global_tokens: 3}", "{kind: longformer, window: 300}",
        "{kind: longformer, window: 6, global_tokens: 0}",
        "{kind: nystrom, landmarks: 32, iterations: 3}",
        "{kind: nystrom, landmarks: 8, conv_window: 33}", "{kind: performer, features: 20}",
        "{kind: performer, features: 20, kernel: relu}",
        "{kind: performer, features: 20, compat: mlpen}", "{kind: reformer, chunk: 16, rounds: 3}",
        "{kind: reformer, chunk: 40, rounds: 1}",
        "{kind: reformer, chunk: 8, buckets: 1024, compat: mlpen}"));

TEST(MultiplyAddsOfYoso, AreAsDerivedByHand) {
  const AttentionShape narrow{.heads = 2, .head_dim = 32, .max_length = 64};
  const AttentionShape wide{.heads = 3, .head_dim = 48, .max_length = 256};
  // 4 hashes of 6 bits: one pass of three transforms of 32 numbers in 5 · 32 additions, for queries
  // and keys; then 4 rows of 32 added for each key and each query.
  EXPECT_EQ(formula("{kind: yoso, hashes: 4}", narrow, 10), 2 * 10 * 2 * (480 + 128));
  // 48 coordinates in transforms of 64: 20 hashes of 8 bits take 3 passes of three.
  EXPECT_EQ(formula("{kind: yoso, hashes: 20}", wide, 7), 3 * 7 * 2 * (3 * 3 * 64 * 6 + 20 * 48));
  // Hyperplanes: a product of 32 a bit.
  EXPECT_EQ(formula("{kind: yoso, hashes: 4, hash_family: hyperplane}", narrow, 10),
            2 * 10 * 2 * (4 * 6 * 32 + 4 * 32));
  EXPECT_EQ(formula("yoso_expectation", narrow, 10), 2 * (10 * 10 * 32 + 10 * 10 * 32));
  EXPECT_EQ(formula("yoso_expectation", wide, 7), 3 * (7 * 7 * 48 + 7 * 7 * 48));
  // A window of 5 on 10 tokens: one block of 16 tokens, each from 20 places.
  EXPECT_EQ(formula("{kind: yoso, hashes: 4, conv_window: 5}", narrow, 10),
            2 * 10 * 2 * (480 + 128) + 2 * 16 * 20 * 32);
}

TEST(MultiplyAddsOfTheTable, EveryKindHasThem) {
  const AttentionShape shape{.heads = 2, .head_dim = 16, .max_length = 4096};
  for (const AttentionKind& kind : attention_kinds()) {
    const int64_t one = formula(kind.name, shape, 2048), two = formula(kind.name, shape, 4096);
    if (kind.name == "none") continue;
    EXPECT_GT(one, 0) << kind.name;
    // Landmarks cost something of their own, and buckets a logarithm.
    const double growth = static_cast<double>(two) / static_cast<double>(one);
    if (kind.complexity == "n²") {
      EXPECT_NEAR(growth, 4, 0.01) << kind.name;
    } else {
      EXPECT_GT(growth, 1.5) << kind.name;
      EXPECT_LE(growth, 2.2) << kind.name;
    }
  }
}

TEST(MultiplyAddsOfTheEncoder, AreThoseOfTheProducts) {
  const at::NoGradGuard no_grad;
  config::ModelConfig model = tiny_model();
  model.layers = 3;
  const auto layers = resolve_attention(attention_written("softmax"), model.layers,
                                        attention_shape(model, /*seed=*/1));
  Encoder encoder(model, layers, /*seed=*/1);
  encoder->eval();
  const at::Tensor hidden = at::randn({1, 20, model.dim});
  EXPECT_EQ(count_products([&] { encoder->forward(hidden, {}, nullptr); }),
            encoder_multiply_adds(model, layers, 20));
}

}  // namespace
}  // namespace yoso::nn
