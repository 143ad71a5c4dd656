// What the Long Range Arena's tasks promise beyond the contract of all tasks.
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>

#include "lib/tasks/open_task.h"
#include "support/log_capture.h"
#include "support/shared_data.h"
#include "support/temp_folder.h"
#include "support/user_error.h"
#include "yoso/config/read.h"
#include "yoso/nn/attention/attention.h"
#include "yoso/nn/pair_classifier.h"
#include "yoso/tasks/task.h"
#include "yoso/util/file.h"

namespace yoso::tasks {
namespace {

using testing::error_text;
using testing::LogCapture;
using testing::sample;
using testing::TempFolder;

constexpr data::Split kTrain = data::Split::train;

class LraTasks : public ::testing::Test {
 protected:
  LraTasks() { model_.max_length = 1024; }

  config::Tree section(const std::string& task, const std::string& options,
                       const std::string& data = {}) const {
    return config::parse(
        "name: " + task + "\ndata: " + (data.empty() ? sample(task) : data) + "\n" + options,
        "test.yaml");
  }
  std::unique_ptr<Task> open(const std::string& task, const std::string& options = {},
                             const std::string& data = {}) {
    return testing::open_task(section(task, options, data), model_, capture_.log);
  }
  std::string prepare(const std::string& task, const std::string& options = {}) {
    const config::Tree tree = section(task, options);
    const std::string output = folder_.path(task);
    const TaskKind& kind = find_task(tree);
    EXPECT_TRUE(kind.prepare(kind.resolve(tree), {.output = output, .force = true}, capture_.log));
    return output;
  }
  std::shared_ptr<torch::nn::Module> make_model(const Task& task) const {
    const config::Tree softmax = config::parse("kind: softmax\n", "test.yaml");
    return task.make_model(
        model_, nn::resolve_attention(softmax, model_.layers, nn::attention_shape(model_, 3)), 3);
  }
  bool logged(const std::string& text) const {
    return capture_.text().find(text) != std::string::npos;
  }

  TempFolder folder_;
  LogCapture capture_;
  config::ModelConfig model_;
};

TEST_F(LraTasks, TextIsCutToMaxTokensOrTheModel) {
  EXPECT_EQ(open("text", "max_tokens: 7\n")
                ->batch(kTrain, std::vector<int64_t>{0}, 0, 0)
                .input_ids.size(1),
            7);
  EXPECT_TRUE(logged("18 texts cut to 7")) << capture_.text();
  model_.max_length = 5;
  EXPECT_EQ(open("text", "max_tokens: 7\n")
                ->batch(kTrain, std::vector<int64_t>{0}, 0, 0)
                .input_ids.size(1),
            5);
}

TEST_F(LraTasks, TextUnderCompatSelectsOnTest) {
  const auto own = open("text"), published = open("text", "compat: mlpen\n");
  EXPECT_EQ(own->size(kTrain), 18);
  EXPECT_EQ(own->size(data::Split::dev), 2);
  EXPECT_EQ(published->size(kTrain), 20);
  EXPECT_EQ(published->size(data::Split::dev), published->size(data::Split::test));
}

TEST_F(LraTasks, BytesAreIdsAboveTheOneOfPadding) {
  const auto task = open("retrieval");
  const std::string line = read_file(sample("retrieval/new_aan_pairs.train.tsv"));
  const size_t begin = line.find('\t', line.find('\t', line.find('\t') + 1) + 1) + 1;
  const batching::Batch batch = task->batch(kTrain, std::vector<int64_t>{0}, 0, 0);
  for (int64_t i = 0; i < 5; ++i) {
    EXPECT_EQ(batch.input_ids[0][i].item<int64_t>(),
              static_cast<uint8_t>(line[begin + static_cast<size_t>(i)]) + 1);
  }
}

TEST_F(LraTasks, PairsShareOneEncoderAndTheNliFeatures) {
  const auto task = open("retrieval");
  const auto model = make_model(*task);
  model->eval();
  auto& pair = dynamic_cast<nn::PairClassifierImpl&>(*model);
  EXPECT_EQ(pair.classifier->dense->weight.size(1), 4 * model_.dim);
  const at::NoGradGuard no_grad;
  const batching::Batch batch = task->batch(kTrain, std::vector<int64_t>{0, 1, 2}, 0, 0);
  // Equal texts: a − b is zero, so its weights do not matter; different texts: they do.
  const nn::PairClassifierImpl::Text first{batch.input_ids, batch.mask};
  const nn::PairClassifierImpl::Text second{batch.second_ids, batch.second_mask};
  const at::Tensor same = pair.forward(first, first), other = pair.forward(first, second);
  pair.classifier->dense->weight.narrow(1, 3 * model_.dim, model_.dim).zero_();
  EXPECT_TRUE(pair.forward(first, first).equal(same));
  EXPECT_FALSE(pair.forward(first, second).equal(other));
}

TEST_F(LraTasks, PixelsMayBeNumbers) {
  const auto tokens = open("image"), linear = open("image", "input: linear\n");
  const auto names = [&](const Task& task) { return make_model(task)->named_parameters().keys(); };
  const auto has = [](const std::vector<std::string>& all, const std::string& name) {
    return std::find(all.begin(), all.end(), name) != all.end();
  };
  EXPECT_TRUE(has(names(*tokens), "embeddings.word_embeddings.weight"));
  EXPECT_FALSE(has(names(*tokens), "embeddings.value_projection.weight"));
  EXPECT_TRUE(has(names(*linear), "embeddings.value_projection.weight"));
  EXPECT_FALSE(has(names(*linear), "embeddings.word_embeddings.weight"));
  const auto model = make_model(*linear);
  const batching::Batch batch = linear->batch(kTrain, std::vector<int64_t>{0, 1}, 0, 0);
  EXPECT_TRUE(std::isfinite(linear->forward(*model, batch, nullptr).loss_sum.item<double>()));
}

TEST_F(LraTasks, PixelsAreNotPaddingUnlessPublishedSo) {
  const auto own = open("pathfinder")->batch(kTrain, std::vector<int64_t>{0, 1}, 0, 0);
  EXPECT_FALSE(own.mask.defined());
  EXPECT_EQ(own.tokens, 2048);
  const auto published =
      open("pathfinder", "compat: mlpen\n")->batch(kTrain, std::vector<int64_t>{0, 1}, 0, 0);
  EXPECT_TRUE(published.mask.equal(published.input_ids.ne(0)));
  EXPECT_EQ(published.tokens, published.mask.sum().item<int64_t>());
  EXPECT_LT(published.tokens, 1024);  // two thirds of such images are 0
}

TEST_F(LraTasks, ImagesDoNotFitShorterModels) {
  model_.max_length = 1023;
  EXPECT_EQ(error_text([&] { open("image"); }),
            "model.max_length: 1023, but the images have 1,024 pixels");
  model_.max_length = 4095;
  EXPECT_EQ(error_text([&] { open("pathfinder", "resolution: 64\n"); }),
            "model.max_length: 4095, but the images have 4,096 pixels");
}

TEST_F(LraTasks, PathfinderSplitsAreSeededOrTheS4Repositorys) {
  const auto labels = [&](const std::string& options) {
    const auto task = open("pathfinder", options);
    EXPECT_EQ(task->size(kTrain), 10);
    std::vector<int64_t> rows(10);
    std::iota(rows.begin(), rows.end(), 0);
    const at::Tensor ids = task->batch(kTrain, rows, 0, 0).input_ids.to(at::kDouble);
    return ids.sum(1).contiguous();
  };
  EXPECT_TRUE(labels("split_seed: 4\n").equal(labels("split_seed: 4\n")));
  EXPECT_FALSE(labels("split_seed: 4\n").equal(labels("split_seed: 5\n")));
  EXPECT_TRUE(labels("split: s4\n").equal(labels("split: s4\nsplit_seed: 9\n")));
}

TEST_F(LraTasks, ClsTokenIsTheLastOfTheTable) {
  model_.pooling = config::Pooling::cls;
  const auto task = open("text");
  const auto model = make_model(*task);
  const auto parameters = model->named_parameters();
  EXPECT_EQ(parameters["embeddings.word_embeddings.weight"].size(0), 258);
  model_.vocab_size = 257;
  EXPECT_EQ(error_text([&] { make_model(*task); }),
            "model.vocab_size: 257, but the task has 257 symbols and pooling: cls adds one");
  model_.vocab_size.reset();
  EXPECT_EQ(error_text([&] { make_model(*open("image", "input: linear\n")); }),
            "model.pooling: cls puts a token before ids, but the input is linear");
}

TEST_F(LraTasks, SkippedRowsAreListed) {
  std::filesystem::copy(sample("retrieval"), folder_.path("rows"));
  folder_.write("rows/new_aan_pairs.eval.tsv", "1.0\ta\tb\tx\ty\nbad\n");
  const std::string data = folder_.path("rows");
  const std::string bad = data +
                          "/new_aan_pairs.eval.tsv:2: expected 5 columns separated by tabs "
                          "(label, id, id, text, text), found 1";
  EXPECT_EQ(
      error_text([&] { open("retrieval", "", data)->size(data::Split::dev); }, ExitCode::data),
      bad);
  EXPECT_EQ(open("retrieval", "skip_bad_rows: 1\n", data)->size(data::Split::dev), 1);
  EXPECT_TRUE(logged("warning: skipped: " + bad)) << capture_.text();
  EXPECT_TRUE(logged("dev is a part of the published set, 1 of 18,090 examples"))
      << capture_.text();
}

TEST_F(LraTasks, PreparedFoldersKnowWhatTheyAreOf) {
  const std::string text = prepare("text");
  EXPECT_EQ(open("text", "", text)->size(kTrain), 18);
  EXPECT_EQ(error_text([&] { open("image", "", text); }),
            text + "/prepared.json: was prepared for the task text, not image");
  EXPECT_EQ(error_text([&] { open("text", "dev_share: 0.2\n", text); }),
            text +
                "/prepared.json: was prepared with dev_share 0.1, split_seed 1, but task asks for "
                "dev_share 0.2, split_seed 1; use the raw data, or prepare another folder");
  // Files of two sets do not mix.
  const std::string other = folder_.path("other");
  const config::Tree tree = section("text", "split_seed: 7\n");
  find_task(tree).prepare(find_task(tree).resolve(tree), {.output = other}, capture_.log);
  std::filesystem::copy_file(other + "/dev.rows", text + "/dev.rows",
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(error_text([&] { open("text", "", text)->size(data::Split::dev); }, ExitCode::data),
            text + "/dev.rows: is not the file that prepared.json describes");
  folder_.write("text/prepared.json", "{");
  EXPECT_EQ(error_text([&] { open("text", "", text); }, ExitCode::data),
            text + "/prepared.json: is damaged; prepare it again with `lra prepare`");
}

TEST_F(LraTasks, PreparingFailsWithoutLeavingASet) {
  std::filesystem::copy(sample("retrieval"), folder_.path("rows"));
  folder_.write("rows/new_aan_pairs.test.tsv", "bad\n");
  const config::Tree tree = section("retrieval", "", folder_.path("rows"));
  const std::string output = folder_.path("out");
  EXPECT_NE(error_text(
                [&] {
                  find_task(tree).prepare(find_task(tree).resolve(tree), {.output = output},
                                          capture_.log);
                },
                ExitCode::data)
                .find("new_aan_pairs.test.tsv:1: "),
            std::string::npos);
  for (const auto& entry : std::filesystem::directory_iterator(output))
    EXPECT_EQ(entry.path().filename(), "lock");
}

}  // namespace
}  // namespace yoso::tasks
