// Folders that are refused: one line, the right exit code, and nothing written.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "lib/commands/interop_test_support.h"

namespace yoso::interop {
namespace {

namespace fs = std::filesystem;
using testing::error_text;

void expect_part(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << text;
}

TEST(ImportErrors, Tensors) {
  using Tensors = serialization::NamedTensors;
  const auto refused = [](const auto& change) {
    DamagedFolder folder("yoso");
    folder.weights(change);
    return folder.refusal(ExitCode::data);
  };
  const std::string dense = "yoso.encoder.layer.1.output.dense.weight";
  expect_part(refused([&](Tensors& all) {
                std::erase_if(all, [&](const auto& item) { return item.first == dense; });
              }),
              dense + ": missing");
  expect_part(refused([](Tensors& all) { all.emplace_back("yoso.extra", at::zeros({1})); }),
              "yoso.extra: has no place in YosoForMaskedLM");
  expect_part(refused([&](Tensors& all) {
                for (auto& item : all)
                  if (item.first == dense) item.second = item.second.t().contiguous();
              }),
              dense + ": [12, 8] there, [8, 12] by config.json");
  expect_part(refused([&](Tensors& all) {
                for (auto& item : all)
                  if (item.first == dense) item.second = item.second.to(at::kInt);
              }),
              dense + ": holds Int");
  expect_part(refused([](Tensors& all) {
                all.emplace_back("cls.predictions.decoder.weight", at::zeros({21, 8}));
              }),
              "cls.predictions.decoder.weight: differs from");
  expect_part(refused([](Tensors& all) {
                all.emplace_back("yoso.embeddings.LayerNorm.gamma", at::zeros({8}));
              }),
              "yoso.embeddings.LayerNorm.weight: stands there under two names");
}

TEST(ImportErrors, Config) {
  const auto refused = [](const std::string& key, const nlohmann::ordered_json& value,
                          ExitCode code) {
    DamagedFolder folder("yoso");
    folder.config([&](auto& json) { json[key] = value; });
    return folder.refusal(code);
  };
  expect_part(refused("architectures", {"GPT2LMHeadModel"}, ExitCode::usage),
              "GPT2LMHeadModel is not read here, expected one of BertForMaskedLM");
  expect_part(refused("architectures", 7, ExitCode::usage), "architectures: expected one of");
  expect_part(refused("model_type", "bert", ExitCode::data), "model_type: expected yoso");
  expect_part(refused("hidden_act", "gelu_new", ExitCode::usage),
              "hidden_act: \"gelu_new\" is not read here, expected \"gelu\"");
  expect_part(refused("tie_word_embeddings", false, ExitCode::usage), "tie_word_embeddings");
  expect_part(refused("hidden_size", "8", ExitCode::data), "hidden_size: expected a whole number");
  expect_part(refused("hidden_size", -8, ExitCode::data), "hidden_size: expected a whole number");
  expect_part(refused("hidden_size", 1.5, ExitCode::data), "hidden_size: expected a whole number");
  expect_part(refused("layer_norm_eps", "x", ExitCode::data), "layer_norm_eps: expected a number");
  expect_part(refused("use_expectation", 1, ExitCode::data), "use_expectation: expected true");
  expect_part(refused("num_hidden_layers", 1000000000, ExitCode::data),
              "num_hidden_layers: 1000000000 layers do not go with");
  expect_part(refused("num_hidden_layers", 3, ExitCode::data), "encoder.layer.2.");
  expect_part(refused("hidden_size", 16, ExitCode::data), "there, [21, 16] by config.json");
  expect_part(refused("num_attention_heads", 3, ExitCode::data), "conv.weight: [2, 1, 3, 1] there");
  expect_part(refused("hash_code_len", 17, ExitCode::usage), "bits");
  expect_part(refused("max_position_embeddings", 0, ExitCode::data), "max_position_embeddings");
}

TEST(ImportErrors, ConfigOfClassifiers) {
  const auto refused = [](const nlohmann::ordered_json& labels) {
    DamagedFolder folder("bert_classifier");
    folder.config([&](auto& json) { json["id2label"] = labels; });
    return folder.refusal(ExitCode::data);
  };
  expect_part(refused({{"0", "a"}, {"2", "b"}}), "class 1 has no name");
  expect_part(refused({{"0", "a"}, {"1", "b"}}), "classifier.weight: [3, 8] there, [2, 8]");
  DamagedFolder folder("bert_classifier");
  expect_part(folder.refusal(ExitCode::usage, {.labels = "a,b,c"}),
              "--labels: expected the classes contradiction, entailment or neutral");
  expect_part(folder.refusal(ExitCode::usage, {.labels = "neutral,,entailment"}), "--labels");
  expect_part(DamagedFolder("bert").refusal(ExitCode::usage, {.labels = "a,b"}), "has no classes");
}

TEST(ImportErrors, Files) {
  const auto refused = [](const auto& change, ExitCode code) {
    DamagedFolder folder("bert");
    change(folder);
    return folder.refusal(code);
  };
  using Folder = DamagedFolder&;
  expect_part(refused([](Folder f) { fs::remove(f.path("config.json")); }, ExitCode::data),
              "config.json: cannot be read");
  expect_part(refused([](Folder f) { write_text(f.path("config.json"), "{"); }, ExitCode::data),
              "config.json: is no JSON object");
  expect_part(refused([](Folder f) { write_text(f.path("config.json"), R"({"a":1,"a":2})"); },
                      ExitCode::data),
              "a: stands twice");
  expect_part(refused([](Folder f) { fs::remove(f.path("model.safetensors")); }, ExitCode::data),
              "has no model.safetensors and no");
  expect_part(
      refused(
          [](Folder f) { fs::rename(f.path("model.safetensors"), f.path("pytorch_model.bin")); },
          ExitCode::data),
      "only a pickle");
  expect_part(
      refused([](Folder f) { fs::resize_file(f.path("model.safetensors"), 5000); }, ExitCode::data),
      "truncated");
  expect_part(refused([](Folder f) { fs::remove(f.path("tokenizer.json")); }, ExitCode::data),
              "has no tokenizer");
  expect_part(refused(
                  [](Folder f) {
                    auto json = read_json(f.path("tokenizer.json"));
                    json["model"]["type"] = "Unigram";
                    write_text(f.path("tokenizer.json"), json.dump());
                  },
                  ExitCode::usage),
              "of a kind that is not read here");
  expect_part(refused(
                  [](Folder f) {
                    auto json = read_json(f.path("tokenizer.json"));
                    json["model"]["vocab"]["sea"] = 5;
                    write_text(f.path("tokenizer.json"), json.dump());
                  },
                  ExitCode::data),
              "vocabulary is damaged");
  expect_part(refused(
                  [](Folder f) {
                    std::string lines;
                    for (int i = 0; i < 40; ++i) lines += "word" + std::to_string(i) + "\n";
                    write_text(f.path("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n" + lines);
                  },
                  ExitCode::usage),
              "vocab_size: 21, but the tokenizer has 45");
  DamagedFolder bert("bert");
  expect_part(bert.refusal(ExitCode::usage, {.compat = "hf"}), "is for models with YOSO attention");
  expect_part(bert.refusal(ExitCode::usage, {.attention = "sofmax"}), "softmax");
}

TEST(ImportErrors, Index) {
  const auto refused = [](const auto& change) {
    DamagedFolder folder("roberta");
    auto index = read_json(folder.path("model.safetensors.index.json"));
    change(index);
    write_text(folder.path("model.safetensors.index.json"), index.dump());
    return folder.refusal(ExitCode::data);
  };
  using Json = nlohmann::ordered_json;
  for (const std::string name : {"../model.safetensors", "/etc/passwd", "a/b.safetensors",
                                 "..\\x.safetensors", ".hidden.safetensors", "config.json", ""}) {
    expect_part(refused([&](Json& index) { index["weight_map"]["lm_head.bias"] = name; }),
                "lm_head.bias: expected the name of a safetensors file beside it");
  }
  expect_part(refused([](Json& index) { index.erase("weight_map"); }), "has no weight_map");
  expect_part(refused([](Json& index) { index["weight_map"].erase("lm_head.bias"); }),
              "lm_head.bias: the index does not place it here");
  expect_part(refused([](Json& index) {
                index["weight_map"]["lm_head.bias"] = "model-00001-of-00002.safetensors";
              }),
              "lm_head.bias: the index does not place it here");
  expect_part(refused([](Json& index) {
                index["weight_map"]["lm_head.extra"] = "model-00001-of-00002.safetensors";
              }),
              "lm_head.extra: is not in model-00001-of-00002.safetensors");
  expect_part(refused([](Json& index) {
                index["weight_map"]["lm_head.extra"] = "model-00003-of-00002.safetensors";
              }),
              "model-00003-of-00002.safetensors: cannot be read");
}

TEST(ImportErrors, WhatIsThereStays) {
  const DamagedFolder folder("bert");
  const commands::ImportOptions options = {.from = folder.path(), .output = folder.output()};
  import_folder(options);
  const auto before = fs::last_write_time(folder.output() + "/config.yaml");
  expect_part(error_text([&] { import_folder(options); }), "is there already");
  expect_part(
      error_text([&] { export_folder({.from = folder.output(), .output = folder.path()}); }),
      "is there already");
  EXPECT_EQ(fs::last_write_time(folder.output() + "/config.yaml"), before);
}

}  // namespace
}  // namespace yoso::interop
