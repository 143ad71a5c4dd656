// `lra` used as README says.
#include <filesystem>

#include "apps/lra_fixture.h"

namespace yoso::testing {
namespace {

namespace fs = std::filesystem;
using Lra = LraTest;

TEST_F(Lra, TrainWritesTheRunFolder) {
  const Outcome outcome = train("run");
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  for (const char* name :
       {"config.yaml", "metrics.jsonl", "result.json", "log.txt", "curves.svg", "lock",
        "checkpoints/latest", "checkpoints/best", "checkpoints/step-20/model.safetensors",
        "checkpoints/step-20/optimizer.safetensors", "checkpoints/step-20/state.json",
        "checkpoints/step-20/manifest.json"}) {
    EXPECT_TRUE(fs::exists(folder_.path(std::string("run/") + name))) << name;
  }
  EXPECT_FALSE(fs::is_empty(folder_.path("run/tensorboard")));
  const auto result = json("run/result.json");
  EXPECT_EQ(result["status"], "complete");
  EXPECT_EQ(result["task"], "listops");
  EXPECT_EQ(result["steps"], 20);
  EXPECT_EQ(result["test"]["rows"], 50);
}

TEST_F(Lra, ARunCanBeRepeatedFromItsConfigurationAlone) {
  ASSERT_EQ(train("run").exit_code, 0);
  ASSERT_EQ(lra({"train", "run/config.yaml", "--output", "again"}).exit_code, 0);
  EXPECT_TRUE(read("run/checkpoints/step-20/model.safetensors") ==
              read("again/checkpoints/step-20/model.safetensors"));
}

TEST_F(Lra, EvalGivesTheRunsOwnNumbersEveryTime) {
  ASSERT_EQ(train("run").exit_code, 0);
  const auto scored = [&](std::vector<std::string> extra) {
    std::vector<std::string> arguments = {"eval", "run", "--json", "--threads", "1"};
    arguments.insert(arguments.end(), extra.begin(), extra.end());
    const Outcome outcome = lra(arguments);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return nlohmann::json::parse(outcome.out)["results"];
  };
  const auto result = json("run/result.json");
  const auto once = scored({});
  EXPECT_EQ(once, scored({}));
  EXPECT_EQ(once[0]["accuracy"], result["test"]["accuracy"]);
  EXPECT_EQ(once[0]["loss"], result["test"]["loss"]);
  EXPECT_EQ(once[0]["rows"], 50);
  EXPECT_EQ(scored({"--split", "dev"})[0]["loss"], result["dev"]["loss"]);

  const auto draws = scored({"--draws", "2"});
  ASSERT_EQ(draws.size(), 3U);
  EXPECT_EQ(draws[0], once[0]);
  EXPECT_NE(draws[1]["loss"], once[0]["loss"]);
  EXPECT_NE(draws[1]["loss"], draws[2]["loss"]);

  // Many hashes come close to the expectation, one hash does not.
  const double expectation = scored({"--attention", "yoso_expectation"})[0]["loss"];
  const double many = scored({"--hashes", "512"})[0]["loss"];
  EXPECT_NEAR(many, expectation, 0.1);
  EXPECT_NE(scored({"--hashes", "1"})[0]["loss"], many);
}

TEST_F(Lra, EveryAttentionTrains) {
  for (const char* kind : {"softmax", "yoso", "yoso_expectation", "none"}) {
    const Outcome outcome = train(kind, {"--set", std::string("attention={kind: ") + kind + "}"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  }
  const Outcome mixed =
      train("mixed", {"--set", "model.layers=3", "--set",
                      "attention={layers: {0-1: {kind: yoso, hashes: 2}, 2: softmax}}"});
  EXPECT_EQ(mixed.exit_code, 0) << mixed.err;
  const Outcome table = lra({"table", "softmax", "yoso", "yoso_expectation", "none", "mixed"});
  EXPECT_EQ(table.exit_code, 0) << table.err;
  for (const char* word :
       {"softmax", "yoso_expectation", "mixed", "majority", "tokens/s", "complete"}) {
    EXPECT_NE(table.out.find(word), std::string::npos) << word << "\n" << table.out;
  }
  EXPECT_EQ(lra({"table", "softmax", "yoso", "--format", "csv", "--curves", "both.svg"}).exit_code,
            0);
  EXPECT_NE(read("both.svg").find("<svg"), std::string::npos);
}

TEST_F(Lra, DryRunWritesNothing) {
  const Outcome outcome = train("run", {"--dry-run"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_NE(outcome.err.find("one step: loss "), std::string::npos) << outcome.err;
  EXPECT_FALSE(fs::exists(folder_.path("run")));
}

TEST_F(Lra, DumpedConfigurationsAreTheSameExperiment) {
  const Outcome full = train("run", {"--dump-config", "full"});
  ASSERT_EQ(full.exit_code, 0) << full.err;
  EXPECT_NE(full.out.find("weight_decay: 0"), std::string::npos) << full.out;
  const Outcome minimal = train("run", {"--dump-config", "minimal"});
  ASSERT_EQ(minimal.exit_code, 0) << minimal.err;
  EXPECT_EQ(minimal.out.find("weight_decay"), std::string::npos) << minimal.out;
  EXPECT_EQ(lra({"train", folder_.write("full.yaml", full.out), "--dump-config", "full"}).out,
            full.out);
  EXPECT_EQ(lra({"train", folder_.write("minimal.yaml", minimal.out), "--dump-config", "full"}).out,
            full.out);
}

TEST_F(Lra, HelpVersionAndList) {
  for (const auto& arguments :
       std::vector<std::vector<std::string>>{{"--help"},
                                             {"train", "--help"},
                                             {"eval", "--help"},
                                             {"table", "--help"},
                                             {"generate", "listops", "--help"}}) {
    const Outcome outcome = lra(arguments);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_NE(outcome.out.find("--help"), std::string::npos);
  }
  const Outcome version = lra({"--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_NE(version.out.find("LibTorch 2.11"), std::string::npos) << version.out;
  const Outcome list = lra({"list"});
  EXPECT_EQ(list.exit_code, 0);
  for (const char* word :
       {"listops", "softmax", "yoso_expectation", "hash_family", "conv_window"}) {
    EXPECT_NE(list.out.find(word), std::string::npos) << word;
  }
}

TEST_F(Lra, GeneratingTwiceIsOnce) {
  const std::vector<std::string> arguments = {
      "generate", "listops", "--output", "set",          "--train", "30",           "--dev",
      "10",       "--test",  "10",       "--min-length", "4",       "--max-length", "24"};
  ASSERT_EQ(lra(arguments).exit_code, 0);
  const std::string first = read("set/basic_train.tsv");
  EXPECT_EQ(lra(arguments).exit_code, 0);
  EXPECT_EQ(read("set/basic_train.tsv"), first);
  std::vector<std::string> other = arguments;
  other.insert(other.end(), {"--seed", "2"});
  expect_error(lra(other), 2, "set");
  EXPECT_EQ(read("set/basic_train.tsv"), first);
  other.push_back("--force");
  EXPECT_EQ(lra(other).exit_code, 0);
  EXPECT_NE(read("set/basic_train.tsv"), first);
}

}  // namespace
}  // namespace yoso::testing
