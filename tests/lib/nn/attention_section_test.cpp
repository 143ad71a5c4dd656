#include <gtest/gtest.h>

#include <map>

#include "lib/nn/nn_test_support.h"
#include "yoso/config/write.h"
#include "yoso/util/error.h"
#include "yoso/util/text.h"

namespace yoso::nn {
namespace {

using config::Tree;

const AttentionShape kShape{.heads = 2, .head_dim = 32, .max_length = 2048};

std::vector<Tree> resolve(const std::string& yaml, int64_t layers = 4) {
  return resolve_attention(attention_written(yaml), layers, kShape);
}

std::string error_of(const std::string& yaml, int64_t layers = 4) {
  try {
    resolve(yaml, layers);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

std::vector<std::string> kinds_of(const std::vector<Tree>& layers) {
  std::vector<std::string> kinds;
  for (const Tree& layer : layers) kinds.push_back(layer.find("kind")->scalar);
  return kinds;
}

TEST(AttentionSection, KindsAreSortedAndNamedOnce) {
  const auto& kinds = attention_kinds();
  for (size_t i = 1; i < kinds.size(); ++i) EXPECT_LT(kinds[i - 1].name, kinds[i].name);
}

TEST(AttentionSection, AKindsNameStandsForAllLayersAndIsFilledInWithDefaults) {
  const std::vector<Tree> layers = resolve("yoso");
  ASSERT_EQ(layers.size(), 4u);
  EXPECT_EQ(config::to_yaml(layers[0]),
            "kind: yoso\n"
            "weights: collision\n"
            "hashes: 32\n"
            "bits: 11\n"
            "hash_family: hadamard\n"
            "hash_passes: auto\n"
            "gradient: lower_bound\n"
            "conv_window: 0\n"
            "compat: none\n");
  for (const Tree& layer : layers) EXPECT_EQ(layer, layers[0]);
}

TEST(AttentionSection, AMapChoosesOptions) {
  const Tree layer = resolve("{hashes: 16, kind: yoso, bits: 8, conv_window: 5}").front();
  EXPECT_EQ(layer.find("hashes")->scalar, "16");
  EXPECT_EQ(layer.find("bits")->scalar, "8");
  EXPECT_EQ(layer.find("conv_window")->scalar, "5");
}

TEST(AttentionSection, WeightsDecideWhichOptionsThereAre) {
  const Tree exact = resolve("{kind: yoso, weights: exact, band: 5, tail: linear}").front();
  EXPECT_EQ(exact.find("band")->scalar, "5");
  EXPECT_EQ(exact.find("normalize")->scalar, "l2");
  EXPECT_EQ(exact.find("gradient"), nullptr);
  EXPECT_EQ(resolve("yoso").front().find("band"), nullptr);
  for (const auto& [spec, message] : std::map<std::string, std::string>{
           {"{kind: yoso, band: 5}", "attention.band: is no option of `weights: collision`"},
           {"{kind: yoso, weights: exact, gradient: unbiased}",
            "attention.gradient: is no option of `weights: exact`"},
           {"{kind: yoso, weights: exact, tail: linear, bits: 1}",
            "attention.tail: linear needs bits of 2 or more, not 1"},
           {"{kind: hashed_softmax, cells: 0}", "attention.cells"}}) {
    EXPECT_NE(error_of(spec).find(message), std::string::npos) << error_of(spec);
  }
}

TEST(AttentionSection, LayersMayDiffer) {
  const std::vector<std::string> expected{"yoso", "yoso", "yoso", "softmax"};
  EXPECT_EQ(kinds_of(resolve("{layers: {0-2: yoso, 3: {kind: softmax}}}")), expected);
  EXPECT_EQ(kinds_of(resolve("{layers: {3: softmax, 0-1: yoso, 2: yoso}}")), expected);
  EXPECT_EQ(kinds_of(resolve("{layers: [yoso, {kind: yoso, hashes: 8}, yoso, softmax]}")),
            expected);
  EXPECT_EQ(kinds_of(resolve("[yoso, yoso, yoso, softmax]")), expected);
}

TEST(AttentionSection, BitsFollowTheConfiguredLength) {
  const std::vector<std::pair<int64_t, std::string>> cases{{1, "1"},     {2, "1"},       {3, "1"},
                                                           {4, "2"},     {511, "8"},     {512, "9"},
                                                           {4096, "12"}, {1 << 20, "16"}};
  for (const char* kind : {"yoso", "yoso_expectation"}) {
    for (const auto& [length, bits] : cases) {
      AttentionShape shape = kShape;
      shape.max_length = length;
      const auto layers = resolve_attention(attention_written(kind), 1, shape);
      EXPECT_EQ(layers.front().find("bits")->scalar, bits) << kind << " at length " << length;
    }
  }
}

TEST(AttentionSection, TheResolvedSectionReadsBackToTheSameLayers) {
  for (const char* yaml :
       {"softmax", "{kind: yoso, hashes: 8, bits: 7}", "{layers: {0-2: yoso, 3: {kind: softmax}}}",
        "[yoso, softmax, {kind: yoso, hashes: 8}, yoso]"}) {
    const std::vector<Tree> layers = resolve(yaml);
    Tree saved = Tree::map();
    saved["attention"] = attention_section(layers);
    const Tree read = config::parse(config::to_yaml(saved), "saved.yaml");
    // A longer model later on must not change what is saved.
    AttentionShape longer = kShape;
    longer.max_length = 8192;
    EXPECT_EQ(resolve_attention(*read.find("attention"), 4, longer), layers) << yaml;
  }
}

TEST(AttentionSection, EqualLayersAreSavedAsOneMapAndOthersAsRanges) {
  EXPECT_EQ(attention_section(resolve("[yoso, yoso, yoso, yoso]")), resolve("yoso").front());
  const Tree mixed = attention_section(resolve("{layers: {0-2: softmax, 3: none}}"));
  EXPECT_EQ(config::to_yaml(mixed),
            "layers:\n"
            "  0-2:\n"
            "    kind: softmax\n"
            "  3:\n"
            "    kind: none\n");
}

TEST(AttentionSection, MistakesGetOneLineThatNamesThePlace) {
  const std::string at = "test.yaml:1: attention";
  std::vector<std::string> kinds;
  for (const AttentionKind& kind : attention_kinds()) kinds.push_back(kind.name);
  const std::vector<std::pair<std::string, std::string>> cases{
      {"yos", ": expected " + join_choices(kinds) + ", not `yos` (did you mean `yoso`?)"},
      {"", ": missing, expected a kind of attention or a map with `kind`"},
      {"{hashes: 8}", ".kind: missing, expected a kind of attention"},
      {"{kind: [yoso]}", ".kind: expected the name of a kind"},
      {"{kind: yoso, hash: 8}", ".hash: unknown key (did you mean `hashes`?)"},
      {"{kind: softmax, hashes: 8}", ".hashes: unknown key"},
      {"{kind: yoso, hashes: 0}", ".hashes: expected a whole number in [1, 4096], not `0`"},
      {"{kind: yoso, bits: 17}", ".bits: expected auto or a whole number in [1, 16], not `17`"},
      {"{kind: yoso, conv_window: 4}", ".conv_window: expected 0 or an odd number, not `4`"},
      {"{kind: yoso_expectation, conv_window: 2}",
       ".conv_window: expected 0 or an odd number, not `2`"},
      {"{kind: yoso, hash_family: hadamar}",
       ".hash_family: expected hadamard or hyperplane, not `hadamar` (did you mean `hadamard`?)"},
      {"{kind: yoso, gradient: exact}",
       ".gradient: expected lower_bound, unbiased or expected_lower_bound, not `exact`"},
      {"{kind: yoso, hash_passes: 10}",
       ".hash_passes: expected at least 11 for 32 hashes of 11 bits at head dimension 32, not "
       "`10`"},
      {"{kind: linformer, projected: 0}",
       ".projected: expected a whole number in [1, 1048576], not `0`"},
      {"{kind: longformer, window: -2}",
       ".window: expected a whole number in [0, 1048576], not `-2`"},
      {"{kind: reformer, buckets: 12}", ".buckets: expected 1 or a power of two, not `12`"},
      {"{kind: nystrom, conv_window: 4}", ".conv_window: expected 0 or an odd number, not `4`"},
      {"{kind: nystrom, landmarks: 100, compat: mlpen}",
       ".landmarks: expected a divisor of model.max_length, 2048, with compat mlpen, not `100`"},
      {"{kind: performer, kernel: relu, compat: mlpen}",
       ".kernel: expected softmax with compat mlpen, not `relu`"},
      {"{kind: linear, compat: hf}", ".compat: expected none or mlpen, not `hf`"},
      {"[yoso, softmax]", ": expected an entry for each of the 4 layers, not 2 entries"},
      {"{layers: yoso}", ".layers: expected a map or a list"},
      {"{layers: {0-3: yoso}, hashes: 8}",
       ".hashes: not allowed beside `layers`, expected with each layer's kind"},
      {"{layers: {0-2: yoso}}", ".layers: layer 3 is missing, expected all of 0-3"},
      {"{layers: {0-2: yoso, 2-3: none}}", ".layers: `2-3` names layer 2 again"},
      {"{layers: {0-4: yoso}}", ".layers: expected layers in 0-3, not `0-4`"},
      {"{layers: {2-1: yoso}}", ".layers: expected a layer or a range such as 0-2, not `2-1`"},
      {"{layers: {all: yoso}}", ".layers: expected a layer or a range such as 0-2, not `all`"},
      {"{layers: {0-3: {kind: yoso, bit: 3}}}",
       ".layers.0-3.bit: unknown key (did you mean `bits`?)"},
  };
  for (const auto& [yaml, message] : cases) EXPECT_EQ(error_of(yaml), at + message) << yaml;
}

TEST(AttentionSection, MorePassesThanTheFewestAreAllowed) {
  EXPECT_EQ(resolve("{kind: yoso, hash_passes: 11}").front().find("hash_passes")->scalar, "11");
  EXPECT_EQ(resolve("{kind: yoso, hash_passes: 12}").front().find("hash_passes")->scalar, "12");
}

TEST(AttentionSection, HeadsMustDivideTheWidth) {
  config::ModelConfig model;
  model.dim = 65;
  EXPECT_THROW(attention_shape(model, 1), UsageError);
  model.dim = 64;
  EXPECT_EQ(attention_shape(model, 1).head_dim, 32);
}

}  // namespace
}  // namespace yoso::nn
