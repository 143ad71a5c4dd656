#include "yoso/results/glue/cells.h"

#include <gtest/gtest.h>

#include "support/temp_folder.h"
#include "support/user_error.h"

namespace yoso::results::glue {
namespace {

using testing::TempFolder;

class GlueCells : public ::testing::Test {
 protected:
  /// A finished run of a task.
  void run(const std::string& name, const std::string& task, int64_t seed,
           const tasks::Scores& scores, const std::string& lr = "0.1",
           const std::string& init_from = "", bool by_loss = false) {
    folder_.write(name + "/config.yaml",
                  "model: {layers: 2, dim: 128, init_from: \"" + init_from + "\"}\ntrain: {lr: " +
                      lr + ", batch_size: 32}\nrun: {seed: " + std::to_string(seed) + "}\n");
    train::RunResult result;
    result.status = "complete";
    result.task = task;
    result.attention = "yoso";
    result.seed = seed;
    result.metric = by_loss ? "loss" : scores.back().first;
    // The worse the score, the larger the loss.
    result.dev =
        train::Evaluation{.loss = 1 - scores.back().second, .scores = scores, .examples = 10};
    train::write_result(result, folder_.path(name + "/result.json"));
  }

  TempFolder folder_;
};

TEST(GlueScore, OfThePublishedRowIsThePublishedOne) {
  const auto scores = published_bert_small();
  double sum = 0;
  for (const size_t task : all_tasks()) sum += *task_score(scores[task]);
  EXPECT_NEAR(sum / 9, 71.17, 0.01);
  EXPECT_EQ(paper_tasks().size(), 5U);
  EXPECT_FALSE(task_score({}));
}

TEST_F(GlueCells, AreMeansOverSeedsAtTheBestSetting) {
  run("a/1", "CoLA", 1, {{"mcc", 0.2}});
  run("a/2", "CoLA", 2, {{"mcc", 0.4}});
  run("b/1", "CoLA", 1, {{"mcc", 0.25}}, "0.2");
  run("c", "MRPC", 1, {{"f1", 0.8}, {"accuracy", 0.7}, {"average", 0.75}});
  run("d", "CoLA", 1, {{"mcc", 0.6}}, "0.1", "/runs/big/checkpoints/step-7");
  folder_.write("e/config.yaml", "task: glue\n");
  folder_.write("f/config.yaml", "task: glue\n");
  folder_.write("f/result.json", "{");
  std::vector<std::string> left_out;
  const auto rows = collect({folder_.path("")}, left_out);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].name, "yoso, 2x128, random weights");
  EXPECT_EQ(rows[1].name, "yoso, 2x128, from big");
  const Cell& cola = *rows[0].cells[0];
  EXPECT_EQ(cola.settings, 2);
  EXPECT_EQ(cola.runs.size(), 2U);
  EXPECT_NEAR(cola.scores[0].mean, 0.3, 1e-12);
  EXPECT_NEAR(*cola.scores[0].deviation, 0.1414, 1e-4);
  EXPECT_NEAR(cola.median, 0.3, 1e-12);
  EXPECT_EQ(cola.best().result.seed, 2);
  ASSERT_EQ(rows[0].cells[2]->scores.size(), 2U);
  EXPECT_FALSE(rows[0].average(all_tasks())) << "seven tasks are missing";
  EXPECT_NEAR(*rows[0].average({0, 2}), (0.3 + 0.75) / 2, 1e-12);
  EXPECT_EQ(left_out, (std::vector<std::string>{
                          folder_.path("e") + ": no finished run of a GLUE task",
                          folder_.path("f/result.json") +
                              ": is no result of a run (truncated, or a key is missing)"}));
}

// What chose the checkpoint within a run does not choose between runs.
TEST_F(GlueCells, RunsThatSelectByLossAreComparedByTheirScore) {
  run("a", "MRPC", 1, {{"f1", 0.8}, {"accuracy", 0.6}}, "0.1", "", /*by_loss=*/true);
  run("b/1", "MRPC", 1, {{"f1", 0.8}, {"accuracy", 0.8}}, "0.2", "", /*by_loss=*/true);
  run("b/2", "MRPC", 2, {{"f1", 0.8}, {"accuracy", 0.7}}, "0.2", "", /*by_loss=*/true);
  std::vector<std::string> left_out;
  const auto rows = collect({folder_.path("")}, left_out);
  const Cell& mrpc = *rows.at(0).cells[2];
  EXPECT_EQ(mrpc.settings, 2);
  ASSERT_EQ(mrpc.runs.size(), 2U) << "the setting of larger scores";
  EXPECT_EQ(mrpc.best().result.seed, 1);
  EXPECT_NEAR(mrpc.score.mean, 0.775, 1e-12);
  EXPECT_NEAR(mrpc.median, 0.775, 1e-12);
}

TEST(GlueScore, OfARunIsTheMeanOfItsTasksScores) {
  train::RunResult result;
  result.task = "MNLI";
  EXPECT_FALSE(dev_score(result));
  result.dev = train::Evaluation{
      .loss = 1, .scores = {{"accuracy", 0.5}, {"accuracy_mm", 0.6}}, .examples = 1};
  EXPECT_NEAR(*dev_score(result), 0.55, 1e-12);
  result.task = "listops";
  EXPECT_FALSE(dev_score(result));
}

}  // namespace
}  // namespace yoso::results::glue
