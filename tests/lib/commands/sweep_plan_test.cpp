#include "yoso/commands/sweep_plan.h"

#include <gtest/gtest.h>

#include "support/temp_folder.h"
#include "support/user_error.h"
#include "yoso/config/write.h"

namespace yoso::commands {
namespace {

using testing::error_text;
using testing::TempFolder;

class SweepFile : public ::testing::Test {
 protected:
  SweepFile() {
    folder_.write("one.yaml", "task: listops\nattention: {kind: yoso, hashes: 4}\n");
    folder_.write("two.yaml", "task: listops\nattention: softmax\ntrain: {lr: 0.5}\n");
    folder_.write("fragments/soft.yaml", "kind: softmax\n");
  }
  Sweep read(const std::string& text, const std::vector<std::string>& overrides = {}) {
    return read_sweep(folder_.write("sweep.yaml", text), overrides);
  }
  std::string error(const std::string& text) {
    const std::string message = error_text([&] { read(text); });
    const std::string path = folder_.path("sweep.yaml");
    return message.starts_with(path) ? message.substr(path.size()) : message;
  }
  TempFolder folder_;
};

TEST_F(SweepFile, CombinesWithTheLastKeyOfTheGridSlowest) {
  const Sweep sweep = read(
      "output: /runs/x\nexperiments: [one.yaml, two.yaml]\n"
      "attentions: {soft: {include: fragments/soft.yaml}, none: none}\n"
      "set: {train.batch_size: 8}\n"
      "grid: {train.lr: [1e-4, 3e-4], run.seed: [1, 2]}\n");
  ASSERT_EQ(sweep.runs.size(), 16U);
  EXPECT_EQ(sweep.runs[0].folder, "/runs/x/one/soft/lr=1e-4,seed=1");
  EXPECT_EQ(sweep.runs[1].folder, "/runs/x/one/none/lr=1e-4,seed=1");
  EXPECT_EQ(sweep.runs[2].folder, "/runs/x/two/soft/lr=1e-4,seed=1");
  EXPECT_EQ(sweep.runs[4].folder, "/runs/x/one/soft/lr=3e-4,seed=1");
  EXPECT_EQ(sweep.runs[8].folder, "/runs/x/one/soft/lr=1e-4,seed=2");
  const config::Tree& run = sweep.runs[6].experiment;
  EXPECT_EQ(run.find("attention")->find("kind")->scalar, "softmax");
  EXPECT_EQ(run.find("attention")->find("hashes"), nullptr) << config::to_yaml(run);
  EXPECT_EQ(run.find("train")->find("lr")->scalar, "3e-4");
  EXPECT_EQ(run.find("train")->find("batch_size")->scalar, "8");
  EXPECT_EQ(run.find("run")->find("output")->scalar, sweep.runs[6].folder);
}

TEST_F(SweepFile, MostOfItMayBeLeftOut) {
  const Sweep sweep = read("output: /runs/x\nexperiments: {mine: two.yaml}\n", {"train.beta1=0.8"});
  ASSERT_EQ(sweep.runs.size(), 1U);
  EXPECT_EQ(sweep.runs[0].folder, "/runs/x/mine");
  EXPECT_EQ(sweep.runs[0].experiment.find("train")->find("lr")->scalar, "0.5");
  EXPECT_EQ(sweep.runs[0].experiment.find("train")->find("beta1")->scalar, "0.8");
}

TEST_F(SweepFile, TheCommandLineWins) {
  const std::string text =
      "experiments: [two.yaml]\nattentions: {soft: softmax, few: {kind: yoso, hashes: 2}}\n"
      "set: {train.lr: 0.25, train.beta1: 0.7}\ngrid: {run.seed: [1]}\n";
  const Sweep sweep = read(text, {"train.lr=0.125", "attention.conv_window=3"});
  ASSERT_EQ(sweep.runs.size(), 2U);
  for (const SweepRun& run : sweep.runs) {
    EXPECT_EQ(run.experiment.find("train")->find("lr")->scalar, "0.125");
    EXPECT_EQ(run.experiment.find("train")->find("beta1")->scalar, "0.7");
    EXPECT_EQ(run.experiment.find("attention")->find("conv_window")->scalar, "3");
  }
  const auto refused = [&](const std::string& override) {
    return error_text([&] { read(text, {override}); });
  };
  const std::string file = folder_.path("sweep.yaml");
  EXPECT_EQ(refused("run.seed=3"),
            "--set run.seed=3: the sweep's grid has run.seed (" + file + ":4); change it there");
  EXPECT_EQ(refused("attention=none"), "--set attention=none: the sweep lists its attentions (" +
                                           file + ":2); change them there");
  EXPECT_EQ(refused("run.output=x"),
            "--set run.output=x: the runs of a sweep lie below the `output` of its file");
  EXPECT_EQ(refused("train.lr"), "--set train.lr: expected KEY=VALUE, such as train.lr=0.001");
}

TEST_F(SweepFile, OldNamesOfKeysAreTheSameKeys) {
  folder_.write("fast.yaml", "task: listops\nattention: {kind: performer}\n");
  const std::string text =
      "experiments: [fast.yaml]\nattentions: {p: {kind: performer, redraw_every: 5}}\n"
      "grid: {train.length_pool: [1, 2]}\n";
  const Sweep sweep = read(text, {"attention.redraw_every=7"});
  ASSERT_EQ(sweep.runs.size(), 2U);
  const config::Tree& run = sweep.runs[1].experiment;
  EXPECT_TRUE(sweep.runs[1].folder.ends_with("/fast/p/length_pool=2")) << sweep.runs[1].folder;
  EXPECT_EQ(run.find("train")->find("bucket_batches")->scalar, "2");
  EXPECT_EQ(run.find("attention")->find("resample_every")->scalar, "7");
  for (const std::string key : {"train.bucket_batches", "train.length_pool"}) {
    EXPECT_TRUE(error_text([&] { read(text, {key + "=3"}); })
                    .ends_with("the sweep's grid has train.length_pool (" +
                               folder_.path("sweep.yaml") + ":3); change it there"))
        << key;
  }
  EXPECT_EQ(error("experiments: [one.yaml]\n"
                  "grid: {train.length_pool: [1], train.bucket_batches: [2]}\n"),
            ":2: grid.train.bucket_batches: is the same key as train.length_pool");
  EXPECT_EQ(error("experiments: [one.yaml]\n"
                  "set: {train.length_pool: 1, train.bucket_batches: 2}\n"),
            ":2: set.train.bucket_batches: is the same key as train.length_pool");
}

TEST_F(SweepFile, NamesMistakes) {
  EXPECT_EQ(error("experiment: [one.yaml]\n"),
            ":1: experiment: unknown key, expected output, experiments, attentions, set or grid "
            "(did you mean `experiments`?)");
  EXPECT_EQ(error("output: x\n"), ":1: experiments: expected a list of experiment files");
  EXPECT_EQ(error("experiments: [one.yaml]\ngrid: {run.seed: 3}\n"),
            ":2: grid.run.seed: expected a list of values");
  EXPECT_NE(error("experiments: [missing.yaml]\n").find("missing.yaml: "), std::string::npos);
  EXPECT_NE(error("experiments: [one.yaml, one.yaml]\n").find("two runs would share the folder"),
            std::string::npos);
}

}  // namespace
}  // namespace yoso::commands
