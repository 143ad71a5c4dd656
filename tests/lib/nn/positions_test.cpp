// Positions that need no parameters, and positions as a choice of the model.

#include "yoso/nn/positions.h"

#include <gtest/gtest.h>

#include <complex>

#include "lib/nn/nn_test_support.h"
#include "support/near.h"
#include "yoso/nn/sequence_classifier.h"

namespace yoso::nn {
namespace {

double frequency(int64_t pair, int64_t dim) {
  return std::pow(10000.0, -2.0 * static_cast<double>(pair) / static_cast<double>(dim));
}

TEST(SinusoidalPositions, EqualTheirDefinition) {
  for (const int64_t dim : {6, 7}) {
    const at::Tensor positions = sinusoidal_positions(40, at::empty({dim}, at::kDouble));
    ASSERT_EQ(positions.sizes(), (std::vector<int64_t>{40, dim}));
    for (int64_t place : {0, 1, 39}) {
      for (int64_t i = 0; i < dim; ++i) {
        const double angle = static_cast<double>(place) * frequency(i / 2, dim);
        EXPECT_NEAR(positions[place][i].item<double>(),
                    i % 2 == 0 ? std::sin(angle) : std::cos(angle), 1e-12);
      }
    }
  }
}

TEST(RotateByPosition, MultipliesPairsByComplexUnits) {
  at::manual_seed(1);
  const at::Tensor x = at::randn({2, 3, 9, 7}, at::kDouble), y = rotate_by_position(x);
  for (int64_t place : {0, 1, 8}) {
    for (int64_t pair = 0; pair < 3; ++pair) {
      const auto number = [&](const at::Tensor& t) {
        return std::complex<double>(t[1][2][place][2 * pair].item<double>(),
                                    t[1][2][place][2 * pair + 1].item<double>());
      };
      const double angle = static_cast<double>(place) * frequency(pair, 7);
      EXPECT_LT(std::abs(number(y) - number(x) * std::polar(1.0, angle)), 1e-12);
    }
  }
  EXPECT_TRUE(at::equal(y.select(-1, 6), x.select(-1, 6)));  // the odd one
  EXPECT_TRUE(testing::near(y.norm(2, -1), x.norm(2, -1), 1e-12));
}

TEST(RotateByPosition, ProductsDependOnTheDistanceOnly) {
  at::manual_seed(2);
  const at::Tensor q = at::randn({8}, at::kDouble), k = at::randn({8}, at::kDouble);
  const auto everywhere = [](const at::Tensor& row) {
    return rotate_by_position(row.expand({1, 1, 3000, 8}));
  };
  const at::Tensor products =
      at::matmul(everywhere(q), everywhere(k).transpose(-1, -2)).squeeze(0).squeeze(0);
  for (int64_t distance : {-2500, -3, 0, 1, 700}) {
    const at::Tensor diagonal = products.diagonal(distance);
    EXPECT_LT((diagonal - diagonal[0]).abs().max().item<double>(), 1e-9) << distance;
  }
  EXPECT_GT((products.diagonal(1)[0] - products.diagonal(3)[0]).abs().item<double>(), 1e-3);
}

TEST(RotateByPosition, IsComputedInFloat32ForHalves) {
  at::manual_seed(3);
  const at::Tensor x = at::randn({1, 1, 4096, 4}).to(at::kBFloat16);
  const at::Tensor y = rotate_by_position(x);
  EXPECT_EQ(y.scalar_type(), at::kBFloat16);
  EXPECT_TRUE(testing::near(y, rotate_by_position(x.to(at::kDouble)), 5e-3));
}

/// Logits of two tokens swapped, which only positions tell apart.
double order_matters(config::Positions positions, const std::string& attention) {
  config::ModelConfig model = tiny_model();
  model.positions = positions;
  const auto layers =
      resolve_attention(attention_written(attention), model.layers, attention_shape(model, 4));
  SequenceClassifier classifier(model, layers, 20, 3, 4);
  classifier->eval();
  const at::Tensor ids = at::tensor({3, 5, 7, 11, 2, 9}, at::kLong).unsqueeze(0);
  return max_difference(classifier(ids), classifier(ids.flip(1)));
}

TEST(Positions, TellTokensApartWithEveryAttentionOrNotAtAll) {
  for (const AttentionKind& kind : attention_kinds()) {
    if (kind.name == "none") continue;  // no token sees another
    EXPECT_GT(order_matters(config::Positions::rotary, kind.name), 1e-7) << kind.name;
    EXPECT_GT(order_matters(config::Positions::sinusoidal, kind.name), 1e-5) << kind.name;
    EXPECT_GT(order_matters(config::Positions::learned, kind.name), 1e-5) << kind.name;
  }
  for (const char* blind : {"softmax", "linear", "performer", "yoso", "yoso_expectation"})
    EXPECT_LT(order_matters(config::Positions::none, blind), 1e-6) << blind;
}

TEST(Positions, OnlyLearnedOnesAreParametersAndNoneIsABuffer) {
  for (const auto positions : {config::Positions::learned, config::Positions::sinusoidal,
                               config::Positions::rotary, config::Positions::none}) {
    config::ModelConfig model = tiny_model();
    model.positions = positions;
    const auto layers =
        resolve_attention(attention_written("softmax"), 2, attention_shape(model, 4));
    SequenceClassifier classifier(model, layers, 20, 3, 4);
    EXPECT_TRUE(classifier->buffers().empty());
    EXPECT_EQ(classifier->named_parameters().contains("embeddings.position_embeddings.weight"),
              positions == config::Positions::learned);
  }
}

TEST(Positions, RotaryTurnsQueriesAndKeysBeforeTheyAreHashed) {
  // YOSO on rows turned by hand equals the module with rotary positions.
  config::ModelConfig model = tiny_model();
  model.positions = config::Positions::rotary;
  const AttentionShape shape = attention_shape(model, 4);
  const config::Tree options = resolve_attention(attention_written("yoso"), 1, shape).front();
  MultiHeadAttention attention(options, shape);
  init_parameters(*attention, 4, 0.02);
  const at::Tensor hidden = at::randn({2, 9, model.dim});
  const auto heads = [&](auto& projection) {
    return projection(hidden).view({2, 9, model.heads, -1}).transpose(1, 2);
  };
  AttentionInputs inputs;
  inputs.query = rotate_by_position(heads(attention->query));
  inputs.key = rotate_by_position(heads(attention->key));
  inputs.value = heads(attention->value);
  const at::Tensor expected =
      attention->output(attention->core->forward(inputs).transpose(1, 2).flatten(2));
  EXPECT_TRUE(testing::near(attention(hidden, LayerContext{}), expected, 1e-6));
}

TEST(Positions, PaddingChangesNothing) {
  at::manual_seed(5);
  for (const auto positions : {config::Positions::sinusoidal, config::Positions::rotary}) {
    config::ModelConfig model = tiny_model();
    model.positions = positions;
    const auto layers =
        resolve_attention(attention_written("softmax"), 2, attention_shape(model, 4));
    SequenceClassifier classifier(model, layers, 20, 3, 4);
    classifier->eval();
    const at::Tensor ids = at::randint(1, 20, {1, 7}, at::kLong);
    const at::Tensor padded = at::constant_pad_nd(ids, {0, 5});
    EXPECT_LT(max_difference(classifier(padded, mask_of_lengths({7}, 12)), classifier(ids)), 1e-5);
  }
}

}  // namespace
}  // namespace yoso::nn
