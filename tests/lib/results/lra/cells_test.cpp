#include "yoso/results/lra/cells.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "support/temp_folder.h"
#include "support/user_error.h"
#include "yoso/config/read.h"
#include "yoso/config/write.h"
#include "yoso/results/lra/tabulate.h"
#include "yoso/tasks/resolved_experiment.h"
#include "yoso/train/inherit.h"

namespace yoso::results::lra {
namespace {

using testing::error_text;
using testing::TempFolder;

class LraCells : public ::testing::Test {
 protected:
  struct Made {
    std::string task = "name: listops\n  data: /x";
    std::string attention = "yoso";
    std::string model = "layers: 2";
    double lr = 1e-4;
    int64_t seed = 1;
    double dev = 0.3, test = 0.3;
    std::string status = "complete";
  };

  static std::vector<Row> collected(const std::vector<std::string>& paths) {
    std::vector<std::string> left_out;
    return collect(paths, left_out);
  }

  void make(const std::string& folder, const Made& run) {
    folder_.write(folder + "/config.yaml", "model:\n  " + run.model + "\ntask:\n  " + run.task +
                                               "\ntrain:\n  lr: " + std::to_string(run.lr) +
                                               "\nrun:\n  seed: " + std::to_string(run.seed) +
                                               "\nattention: " + run.attention + "\n");
    train::RunResult result;
    result.status = run.status;
    result.task = "x";
    result.attention = run.attention;
    result.seed = run.seed;
    result.metric = "accuracy";
    result.majority_rate = 0.17;
    result.dev = train::Evaluation{1, {{"accuracy", run.dev}}, 2000};
    result.test = train::Evaluation{1, {{"accuracy", run.test}}, 2000};
    train::write_result(result, folder_.path(folder + "/result.json"));
  }

  /// As a sweep leaves a run whose loss became NaN.
  void make_diverged(const std::string& folder, const Made& run) {
    make(folder, run);
    std::filesystem::remove(folder_.path(folder + "/result.json"));
    folder_.write(folder + "/diverged.txt", "the loss is NaN\n");
  }

  TempFolder folder_;
};

TEST_F(LraCells, SeedsShareACellAtTheBestLearningRate) {
  make("a/1", {.lr = 1e-4, .seed = 1, .dev = 0.30, .test = 0.31});
  make("a/2", {.lr = 1e-4, .seed = 2, .dev = 0.32, .test = 0.33});
  make("a/3", {.lr = 1e-3, .seed = 1, .dev = 0.35, .test = 0.20});  // selection is by dev
  make("a/4", {.lr = 1e-3, .seed = 2, .dev = 0.37, .test = 0.22});
  make("b/soft", {.attention = "softmax", .seed = 1, .dev = 0.4, .test = 0.41});
  const auto rows = collected({folder_.path("a"), folder_.path("b/soft")});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].name, "yoso");
  ASSERT_TRUE(rows[0].cells[0]);
  EXPECT_NEAR(rows[0].cells[0]->test.mean, 0.21, 1e-12);
  EXPECT_EQ(rows[0].cells[0]->test.runs, 2);
  EXPECT_EQ(rows[0].cells[0]->rates, 2);
  EXPECT_NEAR(rows[0].cells[0]->lr, 1e-3, 1e-9);
  EXPECT_FALSE(rows[0].cells[0]->below_chance);
  EXPECT_EQ(rows[1].name, "softmax");
  EXPECT_FALSE(rows[1].cells[1]);
  EXPECT_FALSE(rows[1].average(5));
}

TEST_F(LraCells, OtherSettingsNeverShareACell) {
  make("a/1", {});
  make("a/2", {.model = "layers: 3"});
  make("a/3", {.model = "layers: 2\n  compat: mlpen"});
  const auto rows = collected({folder_.path("a")});
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].name, "yoso");
  EXPECT_EQ(rows[1].name, "yoso [setting 2]");
  EXPECT_EQ(rows[2].name, "yoso");
  EXPECT_FALSE(rows[1].compat);
  EXPECT_TRUE(rows[2].compat);
}

// Also where the quirk is the attention's, of one layer.
TEST_F(LraCells, CompatOfAnAttentionCounts) {
  make("a/1", {.attention = "linear"});
  make("a/2", {.attention = "linear"});
  const auto attention = [&](const char* folder, const char* text) {
    folder_.write(std::string(folder) + "/config.yaml",
                  std::string("task: {name: listops}\nattention: ") + text + "\n");
  };
  attention("a/1", "{layers: {0: softmax, 1: {kind: linear, compat: none}}}");
  attention("a/2", "{layers: {0: softmax, 1: {kind: linear, compat: mlpen}}}");
  const auto rows = collected({folder_.path("a")});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_FALSE(rows[0].compat);
  EXPECT_TRUE(rows[1].compat);
}

// A rate that lost a seed, or has not had all, does not win by the luck of the others.
TEST_F(LraCells, RatesWithFewerFinishedSeedsDoNotCompete) {
  make("a/1", {.lr = 1e-4, .seed = 1, .dev = 0.30, .test = 0.31});
  make("a/2", {.lr = 1e-4, .seed = 2, .dev = 0.30, .test = 0.33});
  make("a/3", {.lr = 1e-3, .seed = 1, .dev = 0.50, .test = 0.50});
  make_diverged("a/4", {.lr = 1e-3, .seed = 2});
  make_diverged("a/5", {.lr = 1e-2, .seed = 1});
  const auto rows = collected({folder_.path("a")});
  ASSERT_EQ(rows.size(), 1U);
  const Cell& cell = *rows[0].cells[0];
  EXPECT_NEAR(cell.lr, 1e-4, 1e-12);
  EXPECT_NEAR(cell.test.mean, 0.32, 1e-12);
  EXPECT_EQ(cell.diverged, 2);
  EXPECT_EQ(cell.rates, 3);
}

TEST_F(LraCells, ACellOfDivergedRunsIsShownAsSuch) {
  make_diverged("a/1", {.lr = 1e-2});
  std::vector<Row> rows = collected({folder_.path("a")});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].name, "yoso");
  ASSERT_TRUE(rows[0].cells[0]);
  EXPECT_TRUE(rows[0].cells[0]->runs.empty());
  EXPECT_EQ(rows[0].cells[0]->diverged, 1);
  EXPECT_FALSE(rows[0].average(1));
  for (const report::Table& table : {accuracy_table(rows, {}), cost_table(rows)})
    EXPECT_NE(table.text().find("diverged"), std::string::npos);
  EXPECT_NE(long_table(rows, {}).csv().find("yoso,own,default,ListOps,,"), std::string::npos);
}

TEST_F(LraCells, AttentionDropoutIsThatOfWeights) {
  const auto dropout = [&](const char* kind) {
    make("a", {});
    folder_.write(
        "a/config.yaml",
        config::to_yaml(train::resolve_experiment(config::parse("task: {name: listops, data: /x}\n"
                                                                "model: {attention_dropout: 0.2}\n"
                                                                "attention: " +
                                                                    std::string(kind) + "\n",
                                                                "now"))
                            .tree()));
    return collected({folder_.path("a")}).at(0).cells[0]->attention_dropout;
  };
  EXPECT_EQ(dropout("softmax"), 0.2);
  EXPECT_EQ(dropout("yoso"), std::nullopt);
}

// A run of a version without an option is one with the option's default.
TEST_F(LraCells, RunsOfAnEarlierVersionShareACell) {
  make("a/1", {.seed = 1});
  make("a/2", {.seed = 2});
  const config::Tree now =
      train::resolve_experiment(config::parse("task: {name: listops, data: /x}\n"
                                              "attention: {kind: yoso, hashes: 4}\n",
                                              "now"))
          .tree();
  config::Tree before = now;
  const auto drop = [&](const char* section, const char* key) {
    EXPECT_EQ(std::erase_if(before[section].entries, [&](const auto& e) { return e.first == key; }),
              1U);
  };
  drop("model", "positions");
  drop("train", "bucket_batches");
  drop("attention", "gradient");
  drop("task", "masked");
  std::reverse(before["train"].entries.begin(), before["train"].entries.end());
  before["run"]["seed"] = config::Tree::text("2");
  folder_.write("a/1/config.yaml", config::to_yaml(now));
  folder_.write("a/2/config.yaml", config::to_yaml(before));
  const auto rows = collected({folder_.path("a")});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].cells[0]->test.runs, 2);
}

TEST_F(LraCells, PretrainedModelsHaveARowOfTheirOwn) {
  make("a/1", {});
  make("a/2", {.model = "init_from: /runs/a", .seed = 1});
  make("a/3", {.model = "init_from: /runs/b", .seed = 2});
  make("a/4", {.task = "name: listops\n  data: /x\n  masked: 0.1"});  // the pretraining itself
  const auto rows = collected({folder_.path("a")});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1].name, "yoso (pretrained)");
  EXPECT_EQ(rows[1].cells[0]->test.runs, 2);
}

TEST_F(LraCells, ColumnsFollowTaskAndResolution) {
  make("1", {.task = "name: listops"});
  make("2", {.task = "name: text"});
  make("3", {.task = "name: retrieval"});
  make("4", {.task = "name: image"});
  make("5", {.task = "name: pathfinder\n  resolution: 32", .test = 0.6});
  make("6", {.task = "name: pathfinder\n  resolution: 128", .dev = 0.2, .test = 0.18});
  make("7", {.task = "name: listops", .attention = "none", .status = "stopped"});
  make("8", {.task = "name: cola"});
  std::vector<std::string> left_out;
  folder_.write("9/config.yaml", "task: {name: listops}\n");
  folder_.write("9/result.json", "{");
  const auto rows = collect({folder_.path("")}, left_out);
  ASSERT_EQ(rows.size(), 1U);
  for (const auto& cell : rows[0].cells) EXPECT_TRUE(cell);
  EXPECT_NEAR(*rows[0].average(5), (4 * 0.3 + 0.6) / 5, 1e-12);
  EXPECT_NEAR(*rows[0].average(6), (4 * 0.3 + 0.6 + 0.18) / 6, 1e-12);
  EXPECT_TRUE(rows[0].cells[kPathX]->below_chance);
  EXPECT_EQ(left_out, (std::vector<std::string>{
                          folder_.path("7") + ": no finished run of a task",
                          folder_.path("8") + ": no finished run of a task",
                          folder_.path("9/result.json") +
                              ": is no result of a run (truncated, or a key is missing)"}));
}

TEST_F(LraCells, NamesAMissingFolder) {
  EXPECT_EQ(error_text([] { collected({"/nowhere"}); }, ExitCode::data),
            "/nowhere: no such run folder");
}

}  // namespace
}  // namespace yoso::results::lra
