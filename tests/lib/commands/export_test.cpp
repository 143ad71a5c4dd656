// Models made here on their way out: rows that tables there have and ours lack, shared weights,
// and what has no counterpart. That transformers loads the folders is tested by
// tests/python/hugging_face_test.py.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "lib/commands/interop_test_support.h"
#include "support/shared_data.h"
#include "yoso/config/write.h"
#include "yoso/train/find_checkpoint.h"
#include "yoso/util/file.h"

namespace yoso::interop {
namespace {

using testing::error_text;
using testing::sample;
using testing::TempFolder;

/// An experiment of a small masked language model, with settings on top.
config::Tree experiment(const std::vector<std::string>& settings) {
  std::string yaml =
      "model: {layers: 2, dim: 8, heads: 2, ffn_dim: 12, max_length: 16, norm: post, token_types: "
      "2}\n"
      "attention: {kind: yoso_expectation, bits: 4, conv_window: 3}\n"
      "corpus: {tokenizer: 'bert:" +
      sample("tokenizers/bert/vocab.txt") +
      "', shards: none}\n"
      "task: {name: mlm, objective: roberta}\n";
  config::Tree tree = config::parse(yaml, "test.yaml");
  for (const std::string& setting : settings) {
    const size_t equals = setting.find('=');
    const config::Tree value =
        *config::parse("value: " + setting.substr(equals + 1), "test.yaml").find("value");
    config::set(tree, setting.substr(0, equals), value);
  }
  return tree;
}

/// A run folder of that model, its parameters drawn at random.
void save_model(const config::Tree& tree, const std::string& run) {
  const tasks::ResolvedExperiment resolved = train::resolve_experiment(tree);
  const auto model =
      tasks::make_masked_language_model(tasks::MaskedLanguageOptions::of(resolved.experiment.task),
                                        resolved.experiment.model, resolved.attention, 400, 1);
  {
    const at::NoGradGuard no_grad;
    at::manual_seed(1);
    for (at::Tensor& parameter : model->parameters()) parameter.normal_(0.1, 0.3);
  }
  train::Checkpoint checkpoint;
  checkpoint.model = serialization::named_tensors(*model);
  checkpoint.config = config::to_yaml(resolved.tree());
  train::Checkpoints(run + "/checkpoints").save(checkpoint);
  write_atomically(run + "/config.yaml", checkpoint.config);
}

/// What export says of a model.
nlohmann::ordered_json exported_config(const std::vector<std::string>& settings,
                                       const TempFolder& folder) {
  save_model(experiment(settings), folder.path("run"));
  export_folder({.from = folder.path("run"), .output = folder.path("there")});
  return read_json(folder.path("there/config.json"));
}

/// Out, in again, and the same logits; `tolerance` 0: bit for bit.
void expect_same_back(const TempFolder& folder, const at::Tensor& types) {
  import_folder({.from = folder.path("there"), .output = folder.path("back")});
  at::manual_seed(2);
  const at::Tensor ids = at::randint(0, 400, {2, 16}, at::kLong);
  const at::Tensor before = logits_of(folder.path("run"), ids, types).logits;
  const at::Tensor after = logits_of(folder.path("back"), ids, types).logits;
  EXPECT_EQ(distance(before, after), 0);
}

const at::Tensor& second_types() {
  static const at::Tensor types = at::arange(32, at::kLong).view({2, 16}).remainder(2);
  return types;
}

TEST(Export, YosoGetsTwoRowsBeforeTheFirstPosition) {
  const TempFolder folder;
  const auto config = exported_config({"model.layer_norm_eps=1e-4", "model.dropout=0.2"}, folder);
  EXPECT_EQ(config["architectures"][0], "YosoForMaskedLM");
  EXPECT_EQ(config["max_position_embeddings"], 16);
  EXPECT_EQ(config["hash_code_len"], 4);
  EXPECT_EQ(config["conv_window"], 3);
  EXPECT_EQ(config["use_expectation"], true);
  EXPECT_EQ(config["layer_norm_eps"], 1e-4);
  EXPECT_EQ(config["hidden_dropout_prob"], 0.2);
  EXPECT_EQ(config["type_vocab_size"], 2);
  EXPECT_EQ(config["vocab_size"], 400);
  const auto tensors = serialization::read_safetensors(folder.path("there/model.safetensors"));
  const at::Tensor table =
      serialization::find(tensors, "yoso.embeddings.position_embeddings.weight");
  EXPECT_EQ(table.size(0), 18);
  EXPECT_EQ(table.narrow(0, 0, 2).count_nonzero().item<int64_t>(), 0);
  expect_same_back(folder, second_types());
}

TEST(Export, SampledAttentionIsKeptInItsExpectation) {
  const TempFolder folder;
  const auto config = exported_config(
      {"attention={kind: yoso, hashes: 7, bits: 4, gradient: expected_lower_bound}"}, folder);
  EXPECT_EQ(config["use_expectation"], true);
  EXPECT_EQ(config["num_hash"], 7);
  EXPECT_EQ(config["lsh_backward"], false);
  EXPECT_TRUE(config["conv_window"].is_null());
}

TEST(Export, SoftmaxIsBertOrRoberta) {
  const TempFolder bert, roberta;
  auto config = exported_config({"attention={kind: softmax}", "model.token_types=0"}, bert);
  EXPECT_EQ(config["architectures"][0], "BertForMaskedLM");
  EXPECT_EQ(config["type_vocab_size"], 2) << "tokenizers there give type 1";
  expect_same_back(bert, {});
  config = exported_config(
      {"attention={kind: softmax}", "model.position_offset=2", "model.token_types=1",
       "corpus.tokenizer=roberta:" + sample("tokenizers/roberta")},
      roberta);
  EXPECT_EQ(config["architectures"][0], "RobertaForMaskedLM");
  EXPECT_EQ(config["max_position_embeddings"], 18);
  EXPECT_EQ(config["pad_token_id"], 1);
  expect_same_back(roberta, {});
}

TEST(Export, NextSentenceHeadGoesAlongAndSwappedOrderDoesNot) {
  const TempFolder next, order;
  EXPECT_EQ(exported_config({"attention={kind: softmax}", "task.objective=bert", "task.pairs=next"},
                            next)["architectures"][0],
            "BertForPreTraining");
  expect_same_back(next, second_types());
  EXPECT_EQ(exported_config({"attention={kind: softmax}", "task.objective=bert"},
                            order)["architectures"][0],
            "BertForMaskedLM");
  expect_same_back(order, second_types());
}

TEST(Export, SharedWeightsAreRepeated) {
  const TempFolder folder;
  EXPECT_EQ(
      exported_config({"model.shared_weight=true", "model.layers=3"}, folder)["num_hidden_layers"],
      3);
  expect_same_back(folder, second_types());
}

TEST(Export, WhatHasNoCounterpart) {
  const std::pair<std::vector<std::string>, const char*> cases[] = {
      {{"model.norm=pre"}, "model.norm: pre, but models there normalise after each block"},
      {{"model.activation=relu"}, "model.activation: expected gelu, not relu"},
      {{"model.positions=sinusoidal"}, "model.positions: expected learned"},
      {{"model.embedding_dim=4"}, "model.embedding_dim"},
      {{"model.position_offset=3"}, "model.position_offset: more than the 2"},
      {{"attention={kind: softmax}", "model.position_offset=3"}, "model.position_offset"},
      {{"attention={kind: linear}"}, "softmax, yoso or yoso_expectation, not linear"},
      {{"attention={layers: {0: softmax, 1: none}}"}, "attention: layers there all have the same"},
  };
  for (const auto& [settings, part] : cases) {
    const TempFolder folder;
    const std::string text = error_text([&] { exported_config(settings, folder); });
    EXPECT_NE(text.find(part), std::string::npos) << text;
    EXPECT_FALSE(std::filesystem::exists(folder.path("there")));
  }
}

TEST(Export, YosoClassifierNeedsTheirHead) {
  const TempFolder folder;
  import_folder({.from = golden("yoso_classifier"), .output = folder.path("run")});
  const std::string checkpoint = train::find_checkpoint(folder.path("run"));
  train::Checkpoint saved;
  saved.model = train::read_model(checkpoint);
  saved.config = config::to_yaml(train::read_config(checkpoint));
  const std::string compat = "  compat: hf\n  init_from";
  ASSERT_NE(saved.config.find(compat), std::string::npos);
  saved.config.replace(saved.config.find(compat), compat.size(), "  compat: none\n  init_from");
  train::Checkpoints(folder.path("tanh/checkpoints")).save(saved);
  const std::string text = error_text(
      [&] { export_folder({.from = folder.path("tanh"), .output = folder.path("there")}); });
  EXPECT_NE(text.find("model.compat"), std::string::npos) << text;
  EXPECT_NE(error_text([&] {
              export_folder(
                  {.from = folder.path("run"), .output = folder.path("there"), .labels = "a,b"});
            }).find("--labels: 2 names, but the model has 3 classes"),
            std::string::npos);
}

}  // namespace
}  // namespace yoso::interop
