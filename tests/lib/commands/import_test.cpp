// Folders that transformers wrote: what comes out of them here is what transformers computes.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "lib/commands/interop_test_support.h"

namespace yoso::interop {
namespace {

namespace fs = std::filesystem;
using testing::TempFolder;

constexpr double kTolerance = 1e-4;

class ImportGolden : public ::testing::TestWithParam<const char*> {};

TEST_P(ImportGolden, GivesTheSameLogits) {
  const std::string name = GetParam();
  const TempFolder folder;
  import_folder({.from = golden(name), .output = folder.path("run")});
  const Logits ours =
      logits_of(folder.path("run"), expected(name, "input_ids"), expected(name, "token_type_ids"));
  EXPECT_LT(distance(ours.logits, expected(name, "logits")), kTolerance);
  const at::Tensor next = expected(name, "next_logits");
  EXPECT_EQ(ours.next.defined(), next.defined());
  if (next.defined()) {
    EXPECT_LT(distance(ours.next, next), kTolerance);
  }
}

TEST_P(ImportGolden, ComesBackBitForBit) {
  const std::string name = GetParam();
  const TempFolder folder;
  import_folder({.from = golden(name), .output = folder.path("run")});
  export_folder({.from = folder.path("run"), .output = folder.path("back")});
  serialization::NamedTensors before;
  for (const auto& file : fs::directory_iterator(golden(name))) {
    if (!file.path().filename().string().starts_with("model") || file.path().extension() == ".json")
      continue;
    for (auto& tensor : serialization::read_safetensors(file.path().string()))
      before.push_back(tensor);
  }
  const auto after = serialization::read_safetensors(folder.path("back/model.safetensors"));
  EXPECT_EQ(after.size(), before.size());
  for (const auto& [key, tensor] : before) {
    const at::Tensor found = serialization::find(after, key);
    ASSERT_TRUE(found.defined()) << key;
    EXPECT_TRUE(at::equal(found, tensor)) << key;
  }
  const auto config = read_json(golden(name) + "/config.json");
  const auto written = read_json(folder.path("back/config.json"));
  for (const auto& [key, value] : config.items()) {
    const bool differs = key == "transformers_version" || key == "use_cache" ||
                         key == "bos_token_id" || key == "eos_token_id" || key == "pad_token_id" ||
                         key == "classifier_dropout" || key == "is_decoder" || key == "num_hash" ||
                         key == "add_cross_attention";
    if (!differs) {
      EXPECT_EQ(written.value(key, nlohmann::ordered_json()), value) << key;
    }
  }
  for (const auto& file : fs::directory_iterator(golden(name))) {
    const std::string tokenizer = file.path().filename().string();
    if (tokenizer.starts_with("tokenizer") || tokenizer.starts_with("vocab")) {
      EXPECT_TRUE(fs::exists(folder.path("back/" + tokenizer))) << tokenizer;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, ImportGolden,
                         ::testing::Values("bert", "bert_next", "bert_classifier", "roberta",
                                           "roberta_classifier", "yoso", "yoso_classifier"),
                         [](const auto& info) { return std::string(info.param); });

TEST(Import, CompatHfPadsAsTransformersDoes) {
  for (const std::string name : {"yoso", "yoso_classifier"}) {
    const at::Tensor mask = expected(name, "padded_mask").to(at::kBool);
    for (const std::string compat : {"hf", "none"}) {
      const TempFolder folder;
      import_folder({.from = golden(name), .output = folder.path("run"), .compat = compat});
      const Logits ours = logits_of(folder.path("run"), expected(name, "input_ids"),
                                    expected(name, "token_type_ids"), mask);
      const double off = distance(ours.logits, expected(name, "padded_logits"));
      if (compat == "hf") {
        EXPECT_LT(off, kTolerance) << name;
      } else {
        EXPECT_GT(off, 10 * kTolerance) << name << ": the mask plays no part";
      }
    }
  }
}

TEST(Import, TakesOldNamesAndWhatIsSuperfluous) {
  DamagedFolder folder("bert_next");
  folder.config([](auto& json) { json["architectures"] = {"BertForMaskedLM"}; });
  folder.weights([](serialization::NamedTensors& tensors) {
    for (auto& item : tensors) {
      std::string& name = item.first;
      const size_t at = name.find("LayerNorm.");
      if (at != std::string::npos)
        name.replace(at + 10, std::string::npos, name.ends_with("weight") ? "gamma" : "beta");
    }
    tensors.emplace_back("bert.embeddings.position_ids", at::arange(12).unsqueeze(0));
    tensors.emplace_back("cls.predictions.decoder.bias",
                         serialization::find(tensors, "cls.predictions.bias").clone());
  });
  import_folder({.from = folder.path(), .output = folder.output()});
  const Logits ours = logits_of(folder.output(), expected("bert_next", "input_ids"),
                                expected("bert_next", "token_type_ids"));
  EXPECT_LT(distance(ours.logits, expected("bert_next", "logits")), kTolerance);
  EXPECT_FALSE(ours.next.defined());
}

TEST(Import, EitherOfTiedTensorsWillDo) {
  DamagedFolder folder("yoso");
  folder.weights([](serialization::NamedTensors& tensors) {
    for (auto& item : tensors) {
      if (item.first == "yoso.embeddings.word_embeddings.weight")
        item.first = "cls.predictions.decoder.weight";
    }
  });
  import_folder({.from = folder.path(), .output = folder.output()});
  const Logits ours =
      logits_of(folder.output(), expected("yoso", "input_ids"), expected("yoso", "token_type_ids"));
  EXPECT_LT(distance(ours.logits, expected("yoso", "logits")), kTolerance);
}

TEST(Import, HalfPrecisionBecomesFloat32) {
  DamagedFolder folder("yoso");
  folder.weights([](serialization::NamedTensors& tensors) {
    for (auto& item : tensors) item.second = item.second.to(at::kBFloat16);
  });
  import_folder({.from = folder.path(), .output = folder.output()});
  const Logits ours =
      logits_of(folder.output(), expected("yoso", "input_ids"), expected("yoso", "token_type_ids"));
  EXPECT_LT(distance(ours.logits, expected("yoso", "logits")), 0.1);
}

TEST(Import, ClassesInAnotherOrder) {
  const TempFolder folder;
  for (const std::string name : {"bert_classifier", "roberta_classifier", "yoso_classifier"}) {
    import_folder({.from = golden(name),
                   .output = folder.path(name),
                   .labels = "Entailment,neutral,contradiction"});
    const at::Tensor ours =
        logits_of(folder.path(name), expected(name, "input_ids"), expected(name, "token_type_ids"))
            .logits;
    const at::Tensor theirs =
        expected(name, "logits").index_select(1, at::tensor({1, 2, 0}, at::kLong));
    EXPECT_LT(distance(ours, theirs), kTolerance);
    export_folder({.from = folder.path(name), .output = folder.path(name + "-back")});
    EXPECT_EQ(read_json(folder.path(name + "-back/config.json"))["id2label"]["0"], "entailment");
  }
}

TEST(Import, LenientInitialisesWhatIsMissing) {
  DamagedFolder bert("bert");
  bert.weights([](serialization::NamedTensors& all) {
    std::erase_if(all, [](const auto& item) { return item.first.starts_with("cls."); });
    all.emplace_back("bert.extra", at::zeros({1}));
  });
  import_folder({.from = bert.path(), .output = bert.output(), .lenient = true});
  const auto made = train::read_model(train::find_checkpoint(bert.output()));
  EXPECT_TRUE(serialization::find(made, "vocabulary.dense.weight").defined());
  EXPECT_TRUE(at::equal(
      serialization::find(made, "embeddings.word_embeddings.weight"),
      serialization::find(serialization::read_safetensors(golden("bert") + "/model.safetensors"),
                          "bert.embeddings.word_embeddings.weight")));
}

TEST(Import, AnotherAttentionIsAStart) {
  const TempFolder folder;
  import_folder({.from = golden("bert"), .output = folder.path("sampled"), .attention = "yoso"});
  const auto tensors = train::read_model(train::find_checkpoint(folder.path("sampled")));
  EXPECT_TRUE(
      serialization::find(tensors, "encoder.layers.1.attention.core.hashes.signs").defined());
  import_folder({.from = golden("yoso"), .output = folder.path("linear"), .attention = "softmax"});
  EXPECT_EQ(read_json(train::find_checkpoint(folder.path("linear")) + "/state.json")["step"], 0);
}

}  // namespace
}  // namespace yoso::interop
