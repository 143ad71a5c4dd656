#include "yoso/nn/sequence_classifier.h"

#include <gtest/gtest.h>

#include <set>

#include "lib/nn/nn_test_support.h"
#include "yoso/util/error.h"

namespace yoso::nn {
namespace {

constexpr int64_t kVocab = 20;

SequenceClassifier build(const config::ModelConfig& model, const std::string& attention,
                         uint64_t seed = 1) {
  const auto layers =
      resolve_attention(attention_written(attention), model.layers, attention_shape(model, seed));
  return SequenceClassifier(model, layers, kVocab, 3, seed);
}

at::Tensor random_ids(int64_t batch, int64_t length) {
  return at::randint(kVocab, {batch, length}, at::kLong);
}

int64_t parameter_count(int64_t vocab, int64_t max_length, int64_t classes) {
  config::ModelConfig model;  // the defaults are the LRA harness's
  model.max_length = max_length;
  const auto layers =
      resolve_attention(attention_written("yoso"), model.layers, attention_shape(model, 1));
  int64_t count = 0;
  for (const at::Tensor& p : SequenceClassifier(model, layers, vocab, classes, 1)->parameters())
    count += p.numel();
  return count;
}

TEST(SequenceClassifier, HasTheParametersOfTheLraHarness) {
  EXPECT_EQ(parameter_count(32, 2048, 10), 209'802);   // ListOps
  EXPECT_EQ(parameter_count(512, 4096, 2), 370'562);   // Text
  EXPECT_EQ(parameter_count(512, 1024, 10), 174'986);  // Image
  EXPECT_EQ(parameter_count(512, 1024, 2), 173'954);   // Pathfinder
}

TEST(SequenceClassifier, StateHasStableNames) {
  config::ModelConfig model = tiny_model();
  model.layers = 1;
  SequenceClassifier classifier = build(model, "{kind: yoso, conv_window: 3}");
  std::vector<std::string> names = classifier->named_parameters().keys();
  const std::vector<std::string> expected{
      "embeddings.word_embeddings.weight",
      "embeddings.position_embeddings.weight",
      "encoder.layers.0.attention.query.weight",
      "encoder.layers.0.attention.query.bias",
      "encoder.layers.0.attention.key.weight",
      "encoder.layers.0.attention.key.bias",
      "encoder.layers.0.attention.value.weight",
      "encoder.layers.0.attention.value.bias",
      "encoder.layers.0.attention.output.weight",
      "encoder.layers.0.attention.output.bias",
      "encoder.layers.0.attention.core.conv.weight",
      "encoder.layers.0.attention_norm.weight",
      "encoder.layers.0.attention_norm.bias",
      "encoder.layers.0.feed_forward.intermediate.weight",
      "encoder.layers.0.feed_forward.intermediate.bias",
      "encoder.layers.0.feed_forward.output.weight",
      "encoder.layers.0.feed_forward.output.bias",
      "encoder.layers.0.feed_forward_norm.weight",
      "encoder.layers.0.feed_forward_norm.bias",
      "encoder.norm.weight",
      "encoder.norm.bias",
      "classifier.dense.weight",
      "classifier.dense.bias",
      "classifier.output.weight",
      "classifier.output.bias",
  };
  EXPECT_EQ(names, expected);
  EXPECT_EQ(classifier->named_buffers().keys(),
            std::vector<std::string>{"encoder.layers.0.attention.core.hashes.signs"});
}

TEST(SequenceClassifier, PostNormNormalisesEmbeddingsInsteadOfTheEnd) {
  config::ModelConfig model = tiny_model();
  model.norm = config::Norm::post;
  const auto keys = build(model, "softmax")->named_parameters().keys();
  const std::set<std::string> names(keys.begin(), keys.end());
  EXPECT_TRUE(names.contains("embeddings.norm.weight"));
  EXPECT_FALSE(names.contains("encoder.norm.weight"));
}

TEST(SequenceClassifier, AClonePassesTheSameAndOwnsItsTensors) {
  config::ModelConfig model = tiny_model();
  model.dropout = 0.5;
  for (const std::string attention : {"yoso", "{kind: linformer, projected: 4, share: layers}"}) {
    SequenceClassifier classifier = build(model, attention);
    classifier->eval();
    {
      const at::NoGradGuard no_grad;
      for (at::Tensor& parameter : classifier->parameters()) parameter.add_(0.01);
    }
    const auto copy = std::dynamic_pointer_cast<SequenceClassifierImpl>(classifier->clone());
    ASSERT_NE(copy, nullptr);
    EXPECT_FALSE(copy->is_training());
    EXPECT_EQ(copy->named_parameters().keys(), classifier->named_parameters().keys());
    const at::Tensor ids = random_ids(2, 9);
    const at::Tensor logits = classifier->forward(ids);
    EXPECT_TRUE(at::equal(copy->forward(ids), logits)) << attention;
    {
      const at::NoGradGuard no_grad;
      for (at::Tensor& parameter : classifier->parameters()) parameter.zero_();
    }
    EXPECT_TRUE(at::equal(copy->forward(ids), logits)) << attention;
    EXPECT_FALSE(at::equal(classifier->forward(ids), logits)) << attention;
  }
}

TEST(SequenceClassifier, InitialWeightsDependOnSeedAndNameOnly) {
  at::manual_seed(1);
  SequenceClassifier one = build(tiny_model(), "{kind: yoso, conv_window: 5}");
  at::manual_seed(2);
  config::ModelConfig without_positions = tiny_model();
  without_positions.positions = config::Positions::none;
  const auto same = build(without_positions, "softmax")->named_parameters();
  const auto other = build(without_positions, "softmax", /*seed=*/2)->named_parameters();
  std::set<std::string> differ;
  for (const auto& parameter : one->named_parameters()) {
    const at::Tensor* found = same.find(parameter.key());
    if (found == nullptr) continue;
    EXPECT_TRUE(at::equal(*found, parameter.value())) << parameter.key();
    if (!at::equal(*other.find(parameter.key()), parameter.value())) differ.insert(parameter.key());
  }
  EXPECT_TRUE(differ.contains("encoder.layers.1.attention.key.bias"));
  EXPECT_TRUE(differ.contains("embeddings.word_embeddings.weight"));
  EXPECT_FALSE(differ.contains("encoder.norm.weight"));
}

TEST(SequenceClassifier, InitialWeightsHaveTheDistributionsThatInitStates) {
  config::ModelConfig model;  // 2048 · 64 position weights
  const auto layers = resolve_attention(attention_written("{kind: yoso, conv_window: 33}"), 2,
                                        attention_shape(model, 1));
  const auto parameters = SequenceClassifier(model, layers, 32, 10, 1)->named_parameters();
  const at::Tensor positions = parameters["embeddings.position_embeddings.weight"];
  EXPECT_NEAR(positions.std().item<double>(), 0.02, 2e-4);
  EXPECT_NEAR(positions.mean().item<double>(), 0, 3e-4);
  const auto expect_uniform = [&](const std::string& name, double bound) {
    const at::Tensor p = parameters[name];
    EXPECT_LE(p.abs().max().item<double>(), bound) << name;
    EXPECT_GT(p.abs().max().item<double>(), 0.9 * bound) << name;
    EXPECT_NEAR(p.pow(2).mean().sqrt().item<double>(), bound / std::sqrt(3.0), 0.15 * bound)
        << name;
  };
  expect_uniform("encoder.layers.0.attention.query.weight", 1 / 8.0);
  expect_uniform("encoder.layers.0.attention.query.bias", 1 / 8.0);
  expect_uniform("encoder.layers.1.feed_forward.output.weight", 1 / std::sqrt(128.0));
  expect_uniform("encoder.layers.1.attention.core.conv.weight", 1 / std::sqrt(33.0));
  EXPECT_EQ(parameters["encoder.norm.weight"].min().item<double>(), 1);
  EXPECT_EQ(parameters["encoder.norm.bias"].abs().max().item<double>(), 0);
}

TEST(SequenceClassifier, PaddingChangesNoLogits) {
  at::manual_seed(5);
  const std::vector<int64_t> lengths{3, 13, 1, 8};
  const at::Tensor ids = random_ids(4, 13), mask = mask_of_lengths(lengths, 13);
  const HashSeed hash_seed{.seed = 2, .step = 3, .rows = at::arange(4)};
  for (const config::Norm norm : {config::Norm::pre, config::Norm::post}) {
    for (const Pooling pooling : {Pooling::mean, Pooling::first}) {
      for (const std::string attention : {"none", "softmax", "{kind: yoso, conv_window: 5}",
                                          "{kind: yoso_expectation, conv_window: 5}"}) {
        config::ModelConfig model = tiny_model();
        model.norm = norm;
        model.pooling = pooling;
        SequenceClassifier classifier = build(model, attention);
        for (bool training : {false, true}) {
          classifier->train(training);
          const at::Tensor logits = classifier(ids, mask, training ? &hash_seed : nullptr);
          for (int64_t row = 0; row < 4; ++row) {
            const HashSeed own{.seed = 2, .step = 3, .rows = at::tensor({row})};
            const at::Tensor alone =
                classifier(ids.narrow(0, row, 1).narrow(1, 0, lengths[static_cast<size_t>(row)]),
                           at::Tensor(), training ? &own : nullptr);
            EXPECT_LT(max_difference(alone[0], logits[row]), 2e-5)
                << to_text(norm) << ' ' << to_text(pooling) << ' ' << attention << " row " << row;
          }
        }
      }
    }
  }
}

TEST(SequenceClassifier, EveryParameterIsReachedByTheGradient) {
  at::manual_seed(6);
  for (bool shared : {false, true}) {
    config::ModelConfig model = tiny_model();
    model.shared_weight = shared;
    model.dropout = 0.1;
    SequenceClassifier classifier = build(model, "{kind: yoso, bits: 2, conv_window: 3}");
    const HashSeed hash_seed{.seed = 2, .step = 3, .rows = at::arange(4)};
    classifier(random_ids(4, 32), mask_of_lengths({32, 20, 5, 1}, 32), &hash_seed)
        .pow(2)
        .sum()
        .backward();
    for (const auto& parameter : classifier->named_parameters()) {
      ASSERT_TRUE(parameter.value().grad().defined()) << parameter.key();
      EXPECT_TRUE(parameter.value().grad().isfinite().all().item<bool>()) << parameter.key();
      EXPECT_GT(parameter.value().grad().abs().max().item<double>(), 0) << parameter.key();
    }
  }
}

TEST(SequenceClassifier, WithoutPositionsTheOrderOfTokensDoesNotMatter) {
  at::manual_seed(7);
  config::ModelConfig model = tiny_model();
  const at::Tensor ids = random_ids(2, 12), reversed = ids.flip({1});
  SequenceClassifier ordered = build(model, "softmax");
  EXPECT_GT(
      max_difference(ordered(ids, at::Tensor(), nullptr), ordered(reversed, at::Tensor(), nullptr)),
      1e-4);
  model.positions = config::Positions::none;
  SequenceClassifier unordered = build(model, "softmax");
  EXPECT_LT(max_difference(unordered(ids, at::Tensor(), nullptr),
                           unordered(reversed, at::Tensor(), nullptr)),
            1e-5);
}

TEST(SequenceClassifier, SharedWeightsActAsEqualLayersWithHashesOfTheirOwn) {
  at::manual_seed(8);
  config::ModelConfig model = tiny_model();
  model.layers = 3;
  SequenceClassifier separate = build(model, "{kind: yoso, hashes: 4}");
  model.shared_weight = true;
  SequenceClassifier shared = build(model, "{kind: yoso, hashes: 4}");
  const auto one_block = shared->named_parameters();
  {
    const at::NoGradGuard no_grad;
    for (auto& parameter : separate->named_parameters()) {
      std::string name = parameter.key();
      const std::string prefix = "encoder.layers.";
      if (name.rfind(prefix, 0) == 0) name[prefix.size()] = '0';
      parameter.value().copy_(one_block[name]);
    }
  }
  const at::Tensor ids = random_ids(3, 20);
  const HashSeed hash_seed{.seed = 2, .step = 3, .rows = at::arange(3)};
  for (const HashSeed* drawn : {static_cast<const HashSeed*>(nullptr), &hash_seed}) {
    EXPECT_TRUE(at::equal(shared(ids, at::Tensor(), drawn), separate(ids, at::Tensor(), drawn)));
  }
}

TEST(SequenceClassifier, SharedWeightsNeedOneAttention) {
  config::ModelConfig model = tiny_model();
  model.shared_weight = true;
  EXPECT_THROW(build(model, "[yoso, softmax]"), UsageError);
}

TEST(SequenceClassifier, HashesOfAllLayersCanBeResampled) {
  SequenceClassifier classifier = build(tiny_model(), "yoso");
  std::vector<at::Tensor> first;
  for (const at::Tensor& hashes : classifier->buffers()) first.push_back(hashes.clone());
  ASSERT_EQ(first.size(), 2u);
  EXPECT_FALSE(at::equal(first[0], first[1]));  // layers differ
  for (int64_t number : {1, 0}) {
    resample_hashes(*classifier, number);
    for (size_t layer = 0; layer < first.size(); ++layer) {
      EXPECT_EQ(at::equal(classifier->buffers()[layer], first[layer]), number == 0) << layer;
    }
  }
}

TEST(SequenceClassifier, TooLongAnInputIsNamed) {
  SequenceClassifier classifier = build(tiny_model(), "softmax");
  try {
    classifier(random_ids(1, 33), at::Tensor(), nullptr);
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(), "a sequence of 33 tokens is longer than model.max_length, 32");
  }
}

TEST(SequenceClassifier, AMaskOfWrongShapeIsNamed) {
  SequenceClassifier classifier = build(tiny_model(), "softmax");
  EXPECT_THROW(classifier(random_ids(2, 5), at::ones({2, 4}, at::kBool), nullptr), c10::Error);
  EXPECT_THROW(classifier(random_ids(2, 5), at::ones({2, 5}, at::kFloat), nullptr), c10::Error);
}

TEST(SequenceClassifier, DropoutActsInTrainingOnly) {
  at::manual_seed(9);
  config::ModelConfig model = tiny_model();
  model.attention_dropout = 0.5;
  const at::Tensor ids = random_ids(2, 12);
  SequenceClassifier classifier = build(model, "softmax");
  EXPECT_FALSE(
      at::equal(classifier(ids, at::Tensor(), nullptr), classifier(ids, at::Tensor(), nullptr)));
  classifier->eval();
  EXPECT_TRUE(
      at::equal(classifier(ids, at::Tensor(), nullptr), classifier(ids, at::Tensor(), nullptr)));
}

TEST(SequenceClassifier, RunsUnderAutocast) {
  at::manual_seed(10);
  const at::Tensor ids = random_ids(4, 24), mask = mask_of_lengths({24, 7, 24, 11}, 24);
  for (const std::string attention :
       {"softmax", "yoso_expectation", "{kind: yoso, conv_window: 3}"}) {
    SequenceClassifier classifier = build(tiny_model(), attention);
    const at::Tensor exact = classifier(ids, mask, nullptr);
    at::Tensor logits;
    {
      const Autocast autocast;
      logits = classifier(ids, mask, nullptr);
    }
    EXPECT_LT(max_difference(logits, exact), 0.03) << attention;
    logits.sum().backward();
    for (const at::Tensor& p : classifier->parameters())
      EXPECT_EQ(p.grad().scalar_type(), at::kFloat);
  }
}

}  // namespace
}  // namespace yoso::nn
