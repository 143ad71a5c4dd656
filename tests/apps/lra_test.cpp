// `lra` used as README says.
#include <algorithm>
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

  const auto seeds = scored({"--hash-seeds", "2"});
  ASSERT_EQ(seeds.size(), 3U);
  EXPECT_EQ(seeds[0], once[0]);
  EXPECT_NE(seeds[1]["loss"], once[0]["loss"]);
  EXPECT_NE(seeds[1]["loss"], seeds[2]["loss"]);

  const std::string table = lra({"eval", "run", "--hash-seeds", "1", "--threads", "1"}).out;
  EXPECT_NE(table.find("mean of 1 seed "), std::string::npos) << table;
  EXPECT_EQ(table.find("±"), std::string::npos) << "one seed has no deviation: " << table;

  // Many hashes come close to the expectation, one hash does not.
  const double expectation = scored({"--attention", "yoso_expectation"})[0]["loss"];
  const double many = scored({"--hashes", "512"})[0]["loss"];
  EXPECT_NEAR(many, expectation, 0.1);
  EXPECT_NE(scored({"--hashes", "1"})[0]["loss"], many);

  // Exact pairs are near the kernel that they find pairs of, whatever the run's own kind.
  const double softmax = scored({"--attention", "softmax"})[0]["loss"];
  EXPECT_NEAR(scored({"--attention", "hashed_softmax"})[0]["loss"], softmax, 0.02);
  EXPECT_NEAR(scored({"--attention", "hashed_softmax", "--hashes", "2"})[0]["loss"], softmax, 0.02);
}

TEST_F(Lra, EveryAttentionTrains) {
  std::istringstream list(lra({"list"}).out);
  int kinds = 0;
  bool attentions = false;
  for (std::string line; std::getline(list, line);) {
    attentions = attentions || line.rfind("Attentions", 0) == 0;
    const size_t end = line.find(" - ");
    if (!attentions || line.size() < 3 || line[2] == ' ' || end == std::string::npos) continue;
    const std::string kind = line.substr(2, end - 2);
    const Outcome outcome = train(kind, {"--set", "attention=" + kind});
    EXPECT_EQ(outcome.exit_code, 0) << kind << ": " << outcome.err;
    ++kinds;
  }
  EXPECT_GE(kinds, 10);
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

TEST_F(Lra, DryRunFindsWhatTheRunWouldFind) {
  expect_error(train("run", {"--dry-run", "--set", "train.select=bleu"}), 2,
               "train.select: bleu is no metric");
  expect_error(train("run", {"--dry-run", "--set", "train.warmup=2 epochs"}), 2,
               "train.warmup: 76 steps exceed the duration of 20");
  expect_error(train("run", {"--dry-run", "--set", "model.init_from=gone"}), 3, "gone: holds no");
  ASSERT_EQ(train("run").exit_code, 0);
  expect_error(train("new", {"--dry-run", "--set", "model.init_from=run", "--set", "model.dim=8"}),
               2, "does not fit the model");
  const std::vector<std::string> resumed = {"--dry-run", "--resume", "--set", "train.duration=30"};
  EXPECT_EQ(train("run", resumed).exit_code, 0);
  for (const char* step : {"step-10", "step-20"})
    folder_.write(std::string("run/checkpoints/") + step + "/state.json", "{}");
  expect_error(train("run", resumed), 3, "no undamaged checkpoint is left");
  EXPECT_FALSE(fs::exists(folder_.path("new")));
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
  for (const char* word : {"listops", "softmax", "yoso_expectation", "hash_family", "conv_window",
                           "time n², memory n", "Beltagy"}) {
    EXPECT_NE(list.out.find(word), std::string::npos) << word;
  }
}

TEST_F(Lra, BenchMeasuresAttentionsOverLengths) {
  const Outcome outcome =
      lra({"bench", "--attention", "softmax", "--attention", "{kind: yoso, hashes: 2}", "--lengths",
           "16,32", "--repeats", "2", "--max-batch", "2", "--threads", "1", "--output", "study"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  std::istringstream csv(read("study/bench.csv"));
  std::string line;
  std::getline(csv, line);
  EXPECT_EQ(line,
            "length,attention,choice,bound,batch,ms_per_instance,ms_deviation,"
            "mb_per_instance,multiply_adds");
  std::vector<std::string> lines;
  while (std::getline(csv, line)) lines.push_back(line);
  ASSERT_EQ(lines.size(), 8u);  // two attentions, two lengths, largest and common batch
  EXPECT_EQ(lines[0].rfind("16,softmax,largest,batch,2,", 0), 0u) << lines[0];
  EXPECT_EQ(lines[3].rfind("16,\"{kind: yoso, hashes: 2}\",common,batch,2,", 0), 0u) << lines[3];
  EXPECT_NE(outcome.out.find("ms a sequence"), std::string::npos);
  EXPECT_NE(read("study/bench.svg").find("</svg>"), std::string::npos);
}

TEST_F(Lra, BenchMeasuresWhatIsAskedForTwiceOnce) {
  const Outcome outcome =
      lra({"bench", "--attention", "linear", "--attention", "linear", "--lengths", "16,16",
           "--repeats", "1", "--max-batch", "1", "--threads", "1", "--output", "study"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const std::string csv = read("study/bench.csv");
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 3) << csv;  // header, largest, common
}

TEST_F(Lra, BenchStopsDoublingAtTheMemoryLimit) {
  const auto batches = [&](const std::string& gb) {
    const Outcome outcome = lra({"bench", "--attention", "linear", "--lengths", "64", "--repeats",
                                 "1", "--memory", gb, "--threads", "1", "--output", "study"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    const std::string csv = read("study/bench.csv");
    const size_t at = csv.find("largest,memory,");
    return at == std::string::npos ? 0 : std::stoi(csv.substr(at + 15));
  };
  EXPECT_EQ(batches("0.001"), 0);  // not even the model
  const int few = batches("0.05"), more = batches("0.2");
  EXPECT_GE(few, 1);
  EXPECT_GE(more, 2 * few);
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
