#include "yoso/train/trainer.h"

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

#include <cmath>
#include <csignal>
#include <filesystem>
#include <limits>

#include "lib/train/train_test_support.h"
#include "support/user_error.h"
#include "yoso/serialization/weights.h"
#include "yoso/train/find_checkpoint.h"
#include "yoso/util/file.h"

namespace yoso::train {
namespace {

namespace fs = std::filesystem;
using testing::error_text;
using testing::silent_log;
using testing::TempFolder;
using testing::tiny_setup;

const c10::Device kCpu("cpu");

/// One sitting of a run; returns its result.
RunResult train(const tasks::ResolvedExperiment& resolved, const std::string& path,
                bool resume = false) {
  at::set_num_threads(1);
  const RunFolder run(path);
  const auto task = tasks::open_task(resolved, silent_log());
  Trainer trainer(resolved, *task, run, {}, kCpu, silent_log());
  if (resume) trainer.resume();
  return trainer.run();
}

std::string bits(const std::string& run, int64_t step) {
  const std::string folder = Checkpoints(run + "/checkpoints").path(step);
  return read_file(folder + "/model.safetensors") + read_file(folder + "/optimizer.safetensors");
}

/// The metrics without clock readings.
std::vector<report::Record> timeless_metrics(const std::string& run) {
  auto records = report::read_metrics(run + "/metrics.jsonl");
  for (auto& record : records) {
    record.erase("elapsed_s");
    record.erase("tokens_per_second");
  }
  return records;
}

TEST(Trainer, WritesWhatARunFolderHolds) {
  const TempFolder folder;
  const RunResult result = train(tiny_setup(folder), folder.path("run"));
  EXPECT_EQ(result.status, "complete");
  EXPECT_EQ(result.steps, 12);
  EXPECT_EQ(result.metric, "accuracy");
  ASSERT_TRUE(result.dev && result.test);
  EXPECT_EQ(result.test->examples, 40);
  EXPECT_GT(result.parameters, 1000);
  EXPECT_GT(result.tokens_per_second, 0);

  const auto records = timeless_metrics(folder.path("run"));
  std::vector<int64_t> train_steps, dev_steps;
  for (const auto& record : records) {
    if (record["split"] == "train") train_steps.push_back(record["step"]);
    if (record["split"] == "dev") dev_steps.push_back(record["step"]);
    EXPECT_TRUE(std::isfinite(report::number(record, "loss")));
  }
  EXPECT_EQ(train_steps, (std::vector<int64_t>{2, 4, 6, 8, 10, 12}));
  EXPECT_EQ(dev_steps, (std::vector<int64_t>{4, 8, 12}));
  EXPECT_EQ(records.back()["split"], "test");
  const Checkpoints checkpoints(folder.path("run/checkpoints"));
  EXPECT_EQ(checkpoints.latest(), 12);
  EXPECT_EQ(checkpoints.best(), result.best_step);
  EXPECT_LE(checkpoints.steps().size(), 3U);
}

TEST(Trainer, DiagnosticsAreRecordedAndChangeNothing) {
  const TempFolder folder;
  train(tiny_setup(folder), folder.path("plain"));
  train(tiny_setup(folder, {"run.diagnostics_every=3", "run.diagnostics_rows=5"}),
        folder.path("watched"));
  EXPECT_EQ(bits(folder.path("plain"), 12), bits(folder.path("watched"), 12));
  std::vector<report::Record> rest;
  std::vector<int64_t> steps;
  for (const report::Record& record : timeless_metrics(folder.path("watched"))) {
    if (record["split"] != "diagnostics") {
      rest.push_back(record);
      continue;
    }
    steps.push_back(record["step"]);
    for (const std::string layer : {"layer0/", "layer1/"}) {
      const auto expect_within = [&](const char* name, double low, double high) {
        const double value = report::number(record, layer + name);
        EXPECT_TRUE(value >= low && value <= high) << name << " " << value;
      };
      expect_within("mean_qk", -1, 1);
      expect_within("keys_per_bucket", 0, 20);  // of at most 20 tokens
      expect_within("largest_bucket", 1. / 20, 1);
      expect_within("zero_rows", 0, 1);
      expect_within("context_cosine", 0.3, 1 + 1e-6);  // four hashes are close to the expectation
      expect_within("gradient_cosine", -1, 1 + 1e-6);
    }
  }
  EXPECT_EQ(steps, (std::vector<int64_t>{3, 6, 9, 12}));
  EXPECT_EQ(rest, timeless_metrics(folder.path("plain")));
}

TEST(Trainer, EveryChoiceOfPositionsResumesToTheSameBits) {
  for (const char* positions : {"sinusoidal", "rotary", "none"}) {
    const TempFolder folder;
    const std::string choice = std::string("model.positions=") + positions;
    train(tiny_setup(folder, {choice, "train.duration=6", "train.schedule=constant"}),
          folder.path("half"));
    train(tiny_setup(folder, {choice, "train.schedule=constant"}), folder.path("half"), true);
    train(tiny_setup(folder, {choice, "train.schedule=constant"}), folder.path("once"));
    EXPECT_EQ(bits(folder.path("half"), 12), bits(folder.path("once"), 12)) << positions;
  }
}

TEST(Trainer, TheSameRunTwiceHasTheSameBits) {
  const TempFolder folder;
  const tasks::ResolvedExperiment resolved = tiny_setup(folder);
  train(resolved, folder.path("one"));
  train(resolved, folder.path("two"));
  EXPECT_EQ(bits(folder.path("one"), 12), bits(folder.path("two"), 12));
  EXPECT_EQ(timeless_metrics(folder.path("one")), timeless_metrics(folder.path("two")));
}

TEST(Trainer, AnotherSeedIsAnotherRun) {
  const TempFolder folder;
  train(tiny_setup(folder), folder.path("one"));
  train(tiny_setup(folder, {"run.seed=2"}), folder.path("two"));
  EXPECT_NE(bits(folder.path("one"), 12), bits(folder.path("two"), 12));
}

// Dropout, hash draws, data order, moments, schedule, log windows and the choice of the best all
// have to continue.
TEST(Trainer, AnInterruptedRunEndsWithTheBitsOfAWholeOne) {
  const TempFolder folder;
  const tasks::ResolvedExperiment resolved =
      tiny_setup(folder, {"model.dropout=0.2", "train.schedule=cosine", "train.warmup=3"});
  train(resolved, folder.path("whole"));

  // What kill -9 after step 7 leaves: records up to there, the checkpoint of step 6.
  tasks::ResolvedExperiment cut = resolved;
  cut.experiment.train.keep_last = 100;
  train(cut, folder.path("cut"));
  for (const int64_t step : {8, 9, 12}) {
    fs::remove_all(Checkpoints(folder.path("cut/checkpoints")).path(step));
  }
  write_atomically(folder.path("cut/checkpoints/latest"), "step-6\n");
  fs::create_directories(folder.path("cut/checkpoints/.tmp-step-8"));
  train(resolved, folder.path("cut"), /*resume=*/true);

  EXPECT_EQ(bits(folder.path("whole"), 12), bits(folder.path("cut"), 12));
  EXPECT_EQ(timeless_metrics(folder.path("whole")), timeless_metrics(folder.path("cut")));
  EXPECT_EQ(Checkpoints(folder.path("whole/checkpoints")).best(),
            Checkpoints(folder.path("cut/checkpoints")).best());
  EXPECT_FALSE(fs::exists(folder.path("cut/checkpoints/.tmp-step-8")));
}

TEST(Trainer, ADamagedCheckpointFallsBackToTheOneBefore) {
  const TempFolder folder;
  const tasks::ResolvedExperiment resolved = tiny_setup(folder);
  train(resolved, folder.path("whole"));
  const std::string expected = bits(folder.path("whole"), 12);
  folder.write("whole/checkpoints/step-12/model.safetensors", "damaged");
  train(resolved, folder.path("whole"), /*resume=*/true);
  EXPECT_EQ(bits(folder.path("whole"), 12), expected);
}

TEST(Trainer, WithNoCheckpointLeftItSaysSo) {
  const TempFolder folder;
  const tasks::ResolvedExperiment resolved = tiny_setup(folder);
  train(resolved, folder.path("run"));
  for (const int64_t step : Checkpoints(folder.path("run/checkpoints")).steps()) {
    folder.write("run/checkpoints/step-" + std::to_string(step) + "/state.json", "{}");
  }
  EXPECT_NE(error_text([&] { train(resolved, folder.path("run"), true); }, ExitCode::data)
                .find("no undamaged checkpoint"),
            std::string::npos);
}

TEST(Trainer, AMissingLatestCheckpointIsNoFreshStart) {
  const TempFolder folder;
  const tasks::ResolvedExperiment resolved = tiny_setup(folder);
  train(resolved, folder.path("run"));
  const Checkpoints checkpoints(folder.path("run/checkpoints"));
  for (const int64_t step : checkpoints.steps()) fs::remove_all(checkpoints.path(step));
  EXPECT_NE(error_text([&] { train(resolved, folder.path("run"), true); }, ExitCode::data)
                .find("checkpoints/latest: names no checkpoint, and no other one is left"),
            std::string::npos);
  EXPECT_EQ(timeless_metrics(folder.path("run")).back()["step"], 12) << "nothing is lost";
}

TEST(Trainer, ADamagedBestCheckpointIsChosenAgain) {
  // A rate too small to change any prediction: the first evaluation stays the best.
  const std::vector<std::string> still = {"train.lr=1e-12", "train.schedule=constant"};
  for (const char* duration : {"8", "12"}) {  // as long as before, and longer
    const TempFolder folder;
    std::vector<std::string> shorter = still, longer = still;
    shorter.push_back("train.duration=8");
    longer.push_back(std::string("train.duration=") + duration);
    ASSERT_EQ(train(tiny_setup(folder, shorter), folder.path("run")).best_step, 4);
    folder.write("run/checkpoints/step-4/model.safetensors", "damaged");
    const RunResult result = train(tiny_setup(folder, longer), folder.path("run"), true);
    EXPECT_EQ(result.status, "complete");
    EXPECT_EQ(result.best_step, 8) << "the last one that was saved";
    EXPECT_EQ(Checkpoints(folder.path("run/checkpoints")).best(), 8);
    int scored = 0;
    for (const auto& record : timeless_metrics(folder.path("run")))
      scored += record["split"] == "dev" && record["step"] == 8;
    EXPECT_EQ(scored, 1);
  }
}

TEST(Trainer, OtherDataIsRefused) {
  const TempFolder folder;
  const tasks::ResolvedExperiment resolved = tiny_setup(folder);
  train(resolved, folder.path("run"));
  fs::copy(testing::tiny_listops(), folder.path("other"));
  const std::string train_file = folder.path("other/basic_train.tsv");
  const std::string content = read_file(train_file);
  fs::permissions(train_file, fs::perms::owner_write, fs::perm_options::add);
  folder.write("other/basic_train.tsv",
               content.substr(0, content.rfind('\n', content.size() - 2) + 1));
  EXPECT_NE(error_text(
                [&] {
                  train(tiny_setup(folder, {"task.data=" + folder.path("other")}),
                        folder.path("run"), true);
                },
                ExitCode::data)
                .find("was trained on other data"),
            std::string::npos);
}

// The gradient of a global batch does not depend on how it is cut; only sums are rounded in another
// order.
TEST(Trainer, MicroBatchesGiveTheSameUpdate) {
  const TempFolder folder;
  const auto weights_after = [&](const char* micro_batch) {
    const tasks::ResolvedExperiment resolved =
        tiny_setup(folder, {"model.dropout=0", std::string("train.micro_batch=") + micro_batch});
    const auto task = tasks::open_task(resolved, silent_log());
    const auto model = tasks::make_model(resolved, *task, kCpu);
    Optimizer optimizer(*model, resolved.experiment.train);
    const batching::DataOrder order(1, task->size(data::Split::train), 8);
    const StepBatches batches = load_step(*task, order, 0, *resolved.experiment.train.micro_batch);
    training_step(*model, *task, batches, optimizer, 0.01, 1, resolved.experiment, kCpu);
    return optimizer
        .state();  // moments after one step are the gradient: exp_avg = (1 − beta1) · gradient
  };
  const serialization::NamedTensors whole = weights_after("8"), cut = weights_after("2");
  ASSERT_FALSE(whole.empty());
  for (size_t i = 0; i < whole.size(); ++i) {
    EXPECT_TRUE(at::allclose(whole[i].second, cut[i].second, 1e-4, 1e-7)) << whole[i].first;
  }
}

TEST(Trainer, StopsEarlyWithoutProgress) {
  const TempFolder folder;
  // A rate too small to change any prediction: the first evaluation stays the best.
  const RunResult result =
      train(tiny_setup(folder, {"train.lr=1e-12", "train.duration=100", "train.patience=2"}),
            folder.path("run"));
  EXPECT_EQ(result.steps, 12);
  EXPECT_EQ(result.best_step, 4);
  EXPECT_EQ(result.status, "complete");
}

TEST(Trainer, SelectsByLossWhenAsked) {
  const TempFolder folder;
  EXPECT_EQ(train(tiny_setup(folder, {"train.select=loss"}), folder.path("run")).metric, "loss");
  EXPECT_NE(error_text([&] {
              train(tiny_setup(folder, {"train.select=bleu"}), folder.path("other"));
            }).find("train.select: bleu is no metric of this task"),
            std::string::npos);
}

TEST(Trainer, ANonFiniteLossNamesStepAndRowsAndTouchesNoWeight) {
  const TempFolder folder;
  const tasks::ResolvedExperiment resolved = tiny_setup(folder);
  const auto task = tasks::open_task(resolved, silent_log());
  const auto model = tasks::make_model(resolved, *task, kCpu);
  {
    const at::NoGradGuard no_grad;
    model->named_parameters()["classifier.output.bias"].fill_(
        std::numeric_limits<float>::quiet_NaN());
  }
  const at::Tensor before = model->named_parameters()["classifier.dense.weight"].detach().clone();
  Optimizer optimizer(*model, resolved.experiment.train);
  const StepBatches batches = load_step(*task, {5, 17}, 0, 2);
  const std::string text = error_text(
      [&] { training_step(*model, *task, batches, optimizer, 0.01, 3, resolved.experiment, kCpu); },
      ExitCode::non_finite);
  EXPECT_TRUE(text.starts_with("the loss is nan at step 3, batch of train examples 5, 17")) << text;
  EXPECT_TRUE(at::equal(model->named_parameters()["classifier.dense.weight"], before));
}

TEST(Trainer, EvaluationIsTheSameEveryTimeWhateverTheBatch) {
  const TempFolder folder;
  const tasks::ResolvedExperiment resolved = tiny_setup(folder);
  const auto task = tasks::open_task(resolved, silent_log());
  const auto model = tasks::make_model(resolved, *task, kCpu);
  EvaluationOptions options;
  const auto first = evaluate(*model, *task, options, silent_log());
  const auto again = evaluate(*model, *task, options, silent_log());
  EXPECT_EQ(first->loss, again->loss);
  EXPECT_EQ(first->scores, again->scores);
  options.batch_size = 7;  // other batches, other padding
  const auto other = evaluate(*model, *task, options, silent_log());
  EXPECT_NEAR(first->loss, other->loss, 1e-5);
  EXPECT_EQ(first->examples, 40);
}

TEST(Trainer, StartsFromAnotherRunsEncoder) {
  const TempFolder folder;
  train(tiny_setup(folder), folder.path("first"));
  const tasks::ResolvedExperiment resolved =
      tiny_setup(folder, {"model.init_from=" + folder.path("first"), "model.classifier_dim=7",
                          "attention.hashes=6", "train.lr=1e-20"});
  train(resolved, folder.path("second"));
  const auto weights = [&](const std::string& run) {
    return read_model(find_checkpoint(folder.path(run)));
  };
  EXPECT_TRUE(
      at::equal(serialization::find(weights("first"), "embeddings.word_embeddings.weight"),
                serialization::find(weights("second"), "embeddings.word_embeddings.weight")));
  EXPECT_EQ(serialization::find(weights("second"), "classifier.dense.weight").size(0), 7);
  const auto misfit = [&] {
    train(tiny_setup(folder, {"model.init_from=" + folder.path("first"), "model.dim=32"}),
          folder.path("third"));
  };
  EXPECT_NE(error_text(misfit).find("does not fit the model"), std::string::npos);
}

TEST(Trainer, StartsWithAnotherNumberOfRandomFeatures) {
  const TempFolder folder;
  const auto resolved = [&](int features, const std::string& source) {
    return tiny_setup(folder,
                      {"attention={kind: performer, features: " + std::to_string(features) + "}",
                       "train.duration=4", "model.init_from=" + source});
  };
  train(resolved(16, "''"), folder.path("first"));
  EXPECT_EQ(train(resolved(8, folder.path("first")), folder.path("second")).status, "complete");
}

TEST(RunFolder, OneProcessAtATime) {
  const TempFolder folder;
  const RunFolder run(folder.path("run"));
  EXPECT_EQ(error_text([&] { RunFolder second(folder.path("run")); }),
            folder.path("run") + ": in use by another process");
}

}  // namespace
}  // namespace yoso::train
