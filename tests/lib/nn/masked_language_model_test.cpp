#include "yoso/nn/masked_language_model.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <set>

#include "lib/nn/nn_test_support.h"
#include "support/paths.h"
#include "support/user_error.h"

namespace yoso::nn {
namespace {

config::ModelConfig model_of_file(const std::string& name) {
  config::ModelConfig model;
  config::read(config::load(testing::source_dir() + "/configs/model/" + name + ".yaml"), model,
               "model");
  return model;
}

MaskedLanguageModel build(const config::ModelConfig& model, int64_t vocab_size,
                          int64_t sentence_labels, const std::string& attention = "softmax") {
  const auto layers =
      resolve_attention(attention_written(attention), model.layers, attention_shape(model, 1));
  return MaskedLanguageModel(model, layers, vocab_size, sentence_labels, 1);
}

int64_t count_parameters(const torch::nn::Module& model) {
  int64_t count = 0;
  for (const at::Tensor& parameter : model.parameters()) count += parameter.numel();
  return count;
}

MaskedInputs random_masked_inputs(int64_t batch, int64_t length, int64_t vocab_size) {
  MaskedInputs inputs;
  inputs.input_ids = at::randint(vocab_size, {batch, length}, at::kLong);
  inputs.masked = at::arange(1, batch * length, 5, at::kLong);
  return inputs;
}

// The counts of the original's models.
TEST(MaskedLanguageModel, HasTheOriginalsNumberOfParameters) {
  EXPECT_EQ(count_parameters(*build(model_of_file("bert-small"), 30'000, 4)), 28'792'116);
  EXPECT_EQ(count_parameters(*build(model_of_file("roberta-small"), 50'265, 0)), 38'923'865);
  EXPECT_EQ(count_parameters(*build(model_of_file("roberta-small"), 50'265, 0, "{kind: yoso}")),
            38'923'865);
}

// The counts of bert-base-uncased and roberta-base in their published form.
TEST(MaskedLanguageModel, HasTheBaseModelsNumberOfParameters) {
  EXPECT_EQ(count_parameters(*build(model_of_file("bert-base"), 30'522, 2)), 110'106'428);
  EXPECT_EQ(count_parameters(*build(model_of_file("roberta-base"), 50'265, 0)), 124'697'433);
}

TEST(MaskedLanguageModel, SharedWeightsAreOneBlock) {
  config::ModelConfig model = model_of_file("tiny");
  const int64_t separate = count_parameters(*build(model, 100, 2));
  model.layers = 7;
  model.shared_weight = true;
  const int64_t shared = count_parameters(*build(model, 100, 2));
  EXPECT_LT(shared, separate);
}

TEST(MaskedLanguageModel, TheDecoderIsTheWordEmbedding) {
  auto model = build(tiny_model(), 50, 2);
  int64_t tables = 0;
  std::set<const void*> storages;
  for (const auto& item : model->named_parameters()) {
    tables += item.value().dim() == 2 && item.value().size(0) == 50;
    EXPECT_TRUE(storages.insert(item.value().const_data_ptr()).second) << item.key();
  }
  EXPECT_EQ(tables, 1);
  const MaskedInputs inputs = random_masked_inputs(2, 10, 50);
  const at::Tensor before = model->forward(inputs).token_logits;
  {
    const at::NoGradGuard no_grad;
    model->embeddings->word_embeddings->weight[7].zero_();
    model->vocabulary->bias[7] = 3;
  }
  // A token that the input does not hold gets its bias alone.
  MaskedInputs others = inputs;
  others.input_ids = inputs.input_ids.masked_fill(inputs.input_ids == 7, 8);
  EXPECT_TRUE(model->forward(others).token_logits.select(1, 7).eq(3).all().item<bool>());
  EXPECT_EQ(before.sizes(), (at::IntArrayRef{4, 50}));
}

TEST(MaskedLanguageModel, PredictsThePlacesAskedFor) {
  auto model = build(tiny_model(), 50, 0);
  MaskedInputs inputs = random_masked_inputs(3, 8, 50);
  inputs.masked = at::arange(24, at::kLong);
  const at::Tensor all = model->forward(inputs).token_logits;
  inputs.masked = at::tensor({2, 13, 23}, at::kLong);
  const MaskedOutputs some = model->forward(inputs);
  EXPECT_TRUE(some.token_logits.allclose(all.index_select(0, inputs.masked), 1e-5, 1e-6));
  EXPECT_FALSE(some.sentence_logits.defined());
  inputs.masked = at::empty({0}, at::kLong);
  EXPECT_EQ(model->forward(inputs).token_logits.sizes(), (at::IntArrayRef{0, 50}));
}

TEST(MaskedLanguageModel, SeesTokenTypes) {
  config::ModelConfig config = tiny_model();
  config.token_types = 2;
  auto model = build(config, 50, 2);
  MaskedInputs inputs = random_masked_inputs(2, 8, 50);
  const MaskedOutputs plain = model->forward(inputs);
  EXPECT_EQ(plain.sentence_logits.sizes(), (at::IntArrayRef{2, 2}));
  inputs.token_types = at::zeros_like(inputs.input_ids);
  EXPECT_TRUE(model->forward(inputs).token_logits.equal(plain.token_logits));
  inputs.token_types.narrow(1, 4, 4).fill_(1);
  EXPECT_FALSE(model->forward(inputs).token_logits.allclose(plain.token_logits));
}

TEST(MaskedLanguageModel, FactorisedEmbeddingsAreProjected) {
  config::ModelConfig config = tiny_model();
  config.embedding_dim = 4;
  auto model = build(config, 50, 2);
  EXPECT_EQ(model->embeddings->word_embeddings->weight.sizes(), (at::IntArrayRef{50, 4}));
  EXPECT_EQ(model->embeddings->projection->weight.sizes(), (at::IntArrayRef{16, 4}));
  EXPECT_EQ(model->vocabulary->dense->weight.sizes(), (at::IntArrayRef{4, 16}));
  const MaskedInputs inputs = random_masked_inputs(2, 8, 50);
  const MaskedOutputs outputs = model->forward(inputs);
  EXPECT_EQ(outputs.token_logits.size(1), 50);
  EXPECT_EQ(outputs.sentence_logits.size(1), 2);
  (outputs.token_logits.sum() + outputs.sentence_logits.sum()).backward();
  for (const auto& item : model->named_parameters())
    EXPECT_TRUE(item.value().grad().defined()) << item.key();
}

TEST(MaskedLanguageModel, PositionsBeginAtTheirOffset) {
  config::ModelConfig config = tiny_model();
  auto plain = build(config, 50, 0);
  config.position_offset = 2;
  auto moved = build(config, 50, 0);
  EXPECT_EQ(moved->embeddings->position_embeddings->weight.size(0), config.max_length + 2);
  {
    const at::NoGradGuard no_grad;
    moved->embeddings->position_embeddings->weight.narrow(0, 2, config.max_length)
        .copy_(plain->embeddings->position_embeddings->weight);
  }
  const MaskedInputs inputs = random_masked_inputs(2, config.max_length, 50);
  EXPECT_TRUE(moved->forward(inputs).token_logits.equal(plain->forward(inputs).token_logits));
}

TEST(MaskedLanguageModel, PaddingChangesNoLogits) {
  config::ModelConfig config = tiny_model();
  config.norm = config::Norm::post;
  auto model = build(config, 50, 2);
  MaskedInputs inputs = random_masked_inputs(1, 8, 50);
  const MaskedOutputs alone = model->forward(inputs);
  MaskedInputs padded = inputs;
  padded.input_ids = at::constant_pad_nd(inputs.input_ids, {0, 5}, 9);
  padded.mask = at::arange(13).lt(8).unsqueeze(0);
  const MaskedOutputs same = model->forward(padded);
  EXPECT_TRUE(same.token_logits.allclose(alone.token_logits, 1e-4, 1e-5));
  EXPECT_TRUE(same.sentence_logits.allclose(alone.sentence_logits, 1e-4, 1e-5));
}

}  // namespace
}  // namespace yoso::nn
