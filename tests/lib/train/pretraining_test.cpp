// The trainer on masked language models: two losses, durations in tokens and hours, recomputation.
#include <ATen/Parallel.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <span>

#include "lib/data/pretraining/small_corpus.h"
#include "lib/train/train_test_support.h"
#include "yoso/report/metrics.h"
#include "yoso/train/trainer.h"
#include "yoso/util/file.h"

namespace yoso::train {
namespace {

namespace fs = std::filesystem;
using testing::silent_log;
using testing::TempFolder;

/// A pretraining of seconds on a small corpus; `extra` are overrides `a.b=value`.
struct Pretraining {
  explicit Pretraining(const std::string& objective, const std::vector<std::string>& extra = {})
      : resolved(make_setup(folder, objective, extra)),
        task(tasks::open_task(resolved, silent_log())) {}

  static tasks::ResolvedExperiment make_setup(const TempFolder& folder,
                                              const std::string& objective,
                                              const std::vector<std::string>& extra) {
    const config::CorpusConfig& corpus = testing::small_corpus();
    const std::string file = folder.write(
        "tiny.yaml",
        "model: {layers: 2, dim: 16, heads: 2, ffn_dim: 16, max_length: 24, norm: post,\n"
        "        token_types: 2, dropout: 0.2}\n"
        "attention: {kind: yoso, hashes: 4}\n"
        "corpus: {tokenizer: '" +
            corpus.tokenizer + "', shards: '" + corpus.shards +
            "'}\n"
            "task: {objective: " +
            objective +
            "}\n"
            "train: {duration: 12, batch_size: 8, eval_every: 4, save_every: 3}\n"
            "run: {log_every: 2, threads: 1}\n");
    return resolve_experiment(config::load(file, extra));
  }

  RunResult train(const std::string& name, bool resume = false) const {
    at::set_num_threads(1);
    const RunFolder run(folder.path(name));
    Trainer trainer(resolved, *task, run, {}, c10::Device("cpu"), silent_log());
    if (resume) trainer.resume();
    return trainer.run();
  }

  /// As kill -9 leaves a run that was saved after `step` and went on.
  void cut_back(const std::string& name, int64_t step) const {
    const Checkpoints checkpoints(folder.path(name + "/checkpoints"));
    for (const int64_t other : checkpoints.steps()) {
      if (other > step) fs::remove_all(checkpoints.path(other));
    }
    ASSERT_TRUE(checkpoints.holds(step));
    write_atomically(folder.path(name + "/checkpoints/latest"),
                     "step-" + std::to_string(step) + "\n");
  }

  std::string bits(const std::string& name) const {
    const Checkpoints checkpoints(folder.path(name + "/checkpoints"));
    const std::string last = checkpoints.path(*checkpoints.latest());
    return read_file(last + "/model.safetensors") + read_file(last + "/optimizer.safetensors");
  }

  std::vector<report::Record> metrics(const std::string& name) const {
    auto records = report::read_metrics(folder.path(name + "/metrics.jsonl"));
    for (auto& record : records) {
      record.erase("elapsed_s");
      record.erase("tokens_per_second");
    }
    return records;
  }

  TempFolder folder;
  tasks::ResolvedExperiment resolved;
  std::unique_ptr<tasks::Task> task;
};

TEST(PretrainingRun, RecordsBothLossesAndTheirScores) {
  const Pretraining bert("bert", {"model.max_length=64"});
  const RunResult result = bert.train("run");
  EXPECT_EQ(result.metric, "masked_accuracy");
  EXPECT_FALSE(result.test);
  ASSERT_TRUE(result.dev);
  const Evaluation& dev = *result.dev;
  EXPECT_NEAR(dev.loss, dev.score("mlm_loss") + dev.score("sop_loss"), 1e-6);
  EXPECT_NEAR(dev.score("perplexity"), std::exp(dev.score("mlm_loss")), 1e-6);
  EXPECT_GT(result.majority_rate, 0);
  const auto records = bert.metrics("run");
  for (const auto& record : records) EXPECT_TRUE(std::isfinite(report::number(record, "loss")));
  double most_padding = 0;
  for (const auto& record : records) {
    if (record.contains("padding"))
      most_padding = std::max(most_padding, report::number(record, "padding"));
  }
  EXPECT_GT(most_padding, 0.01);
  EXPECT_LT(most_padding, 0.95);
}

TEST(LoadStep, DrawsMasksByEachRowsOwnEpoch) {
  const Pretraining run("roberta");
  const int64_t size = run.task->size(data::Split::train);
  const batching::DataOrder order(1, size, size - 3);
  const StepBatches batches = load_step(*run.task, order, 1, 4);  // 3 rows of epoch 0 come first
  std::vector<at::Tensor> ids, expected;
  for (const batching::Batch& batch : batches.micro) {
    EXPECT_LE(batch.input_ids.size(0), 4);
    ids.push_back(batch.input_ids);
  }
  for (size_t i = 0; i < batches.examples.size(); ++i) {
    const auto row = std::span(batches.examples).subspan(i, 1);
    const batching::Batch batch =
        run.task->batch(data::Split::train, row, i < 3 ? 0 : 1, static_cast<int64_t>(i));
    expected.push_back(batch.input_ids);
  }
  EXPECT_TRUE(at::cat(ids).equal(at::cat(expected)));
}

TEST(PretrainingRun, MicroBatchesLearnTheSame) {
  for (const char* objective : {"bert", "roberta"}) {
    const Pretraining whole(objective, {"model.dropout=0"});
    const Pretraining cut(objective, {"model.dropout=0", "train.micro_batch=2"});
    whole.train("run");
    cut.train("run");
    const auto a = whole.metrics("run"), b = cut.metrics("run");
    ASSERT_EQ(a.size(), b.size());
    for (size_t i = 0; i < a.size(); ++i) {
      EXPECT_NEAR(report::number(a[i], "loss"), report::number(b[i], "loss"), 2e-3) << objective;
    }
  }
}

TEST(PretrainingRun, InterruptedEndsWithTheBitsOfAWholeOne) {
  for (const char* objective : {"bert", "roberta"}) {
    const Pretraining run(objective,
                          {"train.duration=2000 tokens", "train.warmup=300 tokens",
                           "train.eval_every=500 tokens", "train.save_every=300 tokens",
                           "train.keep_last=100", "train.schedule=cosine", "run.log_every=3"});
    const RunResult whole = run.train("whole");
    EXPECT_EQ(whole.status, "complete");
    run.train("cut");
    const auto steps = Checkpoints(run.folder.path("cut/checkpoints")).steps();
    ASSERT_GE(steps.size(), 4U) << objective;
    run.cut_back("cut", steps[steps.size() - 2]);
    run.train("cut", /*resume=*/true);
    EXPECT_EQ(run.bits("whole"), run.bits("cut")) << objective;
    EXPECT_EQ(run.metrics("whole"), run.metrics("cut")) << objective;
  }
}

TEST(PretrainingRun, TokensEndTheRunWhenTheyAreReached) {
  const Pretraining run("bert", {"train.duration=1000 tokens", "train.save_every=1 epochs"});
  const RunResult result = run.train("run");
  const Checkpoints checkpoints(run.folder.path("run/checkpoints"));
  const TrainState state = read_state(checkpoints.path(result.steps));
  EXPECT_GE(state.tokens, 1000);
  EXPECT_LT(state.tokens_before, 1000);
}

TEST(PretrainingRun, HoursEndTheRun) {
  const Pretraining run("roberta", {"train.duration=0.00005 hours", "train.eval_every=1 hours"});
  const RunResult result = run.train("run");
  EXPECT_EQ(result.status, "complete");
  EXPECT_GT(result.steps, 0);
  EXPECT_GE(result.wall_seconds, 0.18);
}

TEST(PretrainingRun, RecomputationChangesNoBit) {
  for (const char* precision : {"float32", "bfloat16"}) {
    const std::string words = std::string("train.precision=") + precision;
    const Pretraining kept("bert", {words});
    const Pretraining again("bert", {words, "train.activation_checkpointing=true"});
    kept.train("run");
    again.train("run");
    EXPECT_EQ(kept.bits("run"), again.bits("run")) << precision;
    EXPECT_EQ(kept.metrics("run"), again.metrics("run")) << precision;
  }
}

}  // namespace
}  // namespace yoso::train
