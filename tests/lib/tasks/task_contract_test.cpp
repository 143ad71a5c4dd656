// What every row of the table of tasks promises. A task is tried on its committed sample,
// tests/support/samples/NAME, or on a small corpus.

#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <vector>

#include "lib/data/pretraining/small_corpus.h"
#include "lib/tasks/open_task.h"
#include "support/log_capture.h"
#include "support/shared_data.h"
#include "support/temp_folder.h"
#include "support/user_error.h"
#include "yoso/config/read.h"
#include "yoso/config/write.h"
#include "yoso/nn/attention/attention.h"
#include "yoso/tasks/task.h"

namespace yoso::tasks {
namespace {

using yoso::testing::error_text;
using yoso::testing::LogCapture;
using yoso::testing::sample;

constexpr uint64_t kSeed = 3;

class TaskContract : public ::testing::TestWithParam<std::string> {
 protected:
  TaskContract() {
    // Holds the images; of a corpus, short blocks make rows enough.
    model_.max_length = kind().reads_corpus ? 64 : 1024;
  }

  config::Tree section() const {
    std::string text = "name: " + GetParam() + "\n";
    if (GetParam() == "labelled_text") {
      for (const std::string split : {"train", "dev", "test"})
        text += split + ": " + sample(GetParam() + "/" + split + ".tsv") + "\n";
    } else if (!kind().reads_corpus) {
      text += "data: " + sample(GetParam()) + "\n";
    }
    if (GetParam() == "glue") text += "subset: MRPC\n";
    if (kind().inherits_model) {
      text += "tokenizer: bert:" + sample("tokenizers/bert/vocab.txt") + "\n";
    }
    return config::parse(text, "test.yaml");
  }

  static const TaskKind& kind() { return find_task(config::Tree::text(GetParam())); }

  std::unique_ptr<Task> open() {
    config::Experiment experiment;
    experiment.model = model_;
    experiment.task = kind().resolve(section());
    if (kind().reads_corpus) experiment.corpus = config::write(testing::small_corpus());
    return kind().open(experiment, capture_.log);
  }

  std::shared_ptr<torch::nn::Module> make_model(const Task& task) const {
    const auto shape = nn::attention_shape(model_, kSeed);
    const config::Tree softmax = config::parse("kind: softmax\n", "test.yaml");
    return task.make_model(model_, nn::resolve_attention(softmax, model_.layers, shape), kSeed);
  }

  static std::vector<int64_t> first_rows(int64_t count) {
    std::vector<int64_t> rows(count);
    std::iota(rows.begin(), rows.end(), 0);
    return rows;
  }

  static int64_t real_tokens(const at::Tensor& ids, const at::Tensor& mask) {
    if (mask.defined()) return mask.sum().item<int64_t>();
    return ids.defined() ? ids.numel() : 0;
  }

  LogCapture capture_;
  config::ModelConfig model_;
};

TEST_P(TaskContract, ResolvesToEveryKeyAndAgainToTheSame) {
  const TaskKind& kind = this->kind();
  const config::Tree resolved = kind.resolve(section());
  EXPECT_EQ(resolved.find("name")->scalar, GetParam());
  for (const config::FieldDoc& option : config::document_fields(kind.describe)) {
    // The first word of section.key.
    EXPECT_NE(resolved.find(option.key.substr(0, option.key.find('.'))), nullptr) << option.key;
    EXPECT_FALSE(option.help.empty()) << option.key;
  }
  EXPECT_TRUE(kind.resolve(resolved) == resolved) << config::to_yaml(resolved);
  EXPECT_FALSE(kind.help.empty());
  EXPECT_FALSE(kind.metrics.empty());
}

TEST_P(TaskContract, RefusesUnknownKeys) {
  std::string key;  // an option with a letter too many
  for (const config::FieldDoc& option : config::document_fields(kind().describe)) key = option.key;
  config::Tree wrong = section();
  wrong[key + "x"] = config::Tree::text("x", "test.yaml:9");
  const std::string error = error_text([&] { find_task(wrong).resolve(wrong); });
  EXPECT_TRUE(error.starts_with("test.yaml:9: task." + key + "x: unknown key")) << error;
  EXPECT_NE(error.find("did you mean `" + key + "`"), std::string::npos) << error;
}

TEST_P(TaskContract, HasRowsInEverySplit) {
  const auto task = open();
  for (data::Split split : data::kSplits) {
    const bool secret = kind().reads_corpus || GetParam() == "glue";  // no labels of test
    if (secret && split == data::Split::test) continue;
    ASSERT_GT(task->size(split), 0) << data::name(split);
    const double rate = task->majority_rate(split);
    EXPECT_TRUE(rate > 0 && rate <= 1) << rate;
    const auto rows = first_rows(std::min<int64_t>(task->size(split), 5));
    const batching::Batch batch = task->batch(split, rows, /*epoch=*/0, /*first_row=*/7);
    EXPECT_EQ(batch.input_ids.size(0), static_cast<int64_t>(rows.size()));
    EXPECT_EQ(batch.weight,
              batch.masked.defined() ? batch.masked.size(0) : static_cast<int64_t>(rows.size()));
    EXPECT_EQ(batch.rows[0].item<int64_t>(), 7);
    EXPECT_LT(batch.input_ids.max().item<int64_t>(), task->vocab_size());
    EXPECT_LE(batch.input_ids.size(1), model_.max_length);
    EXPECT_EQ(batch.tokens, real_tokens(batch.input_ids, batch.mask) +
                                real_tokens(batch.second_ids, batch.second_mask));
    const auto lengths = task->lengths(split);
    if (lengths.empty()) continue;
    ASSERT_EQ(static_cast<int64_t>(lengths.size()), task->size(split));
    for (int64_t row : rows) {
      const batching::Batch alone = task->batch(split, std::vector<int64_t>{row}, 0, 0);
      const int64_t second = alone.second_ids.defined() ? alone.second_ids.size(1) : 0;
      EXPECT_EQ(lengths[row], std::max(alone.input_ids.size(1), second));
    }
  }
}

TEST_P(TaskContract, LossOfABatchIsTheSumOverItsRows) {
  const auto task = open();
  const auto model = make_model(*task);
  model->eval();
  const at::NoGradGuard no_grad;
  const auto rows = first_rows(6);
  const Output whole = task->forward(*model, task->batch(data::Split::train, rows, 0, 0), nullptr);
  double sum = 0;
  for (int64_t row : rows) {
    const batching::Batch alone = task->batch(data::Split::train, std::vector<int64_t>{row}, 0, 0);
    EXPECT_FALSE(alone.mask.defined());
    sum += task->forward(*model, alone, nullptr).loss_sum.item<double>();
  }
  EXPECT_NEAR(whole.loss_sum.item<double>(), sum, 1e-4);
}

TEST_P(TaskContract, LearnsItsFirstRows) {
  const auto task = open();
  model_.dropout = 0;
  const auto model = make_model(*task);
  const batching::Batch batch = task->batch(data::Split::train, first_rows(8), 0, 0);
  const nn::HashSeed hash_seed{kSeed, 1, batch.rows};
  double first = 0, last = 0;
  for (int step = 0; step < 15; ++step) {
    const at::Tensor loss =
        task->forward(*model, batch, &hash_seed).loss_sum / static_cast<double>(batch.weight);
    last = loss.item<double>();
    if (step == 0) first = last;
    ASSERT_TRUE(std::isfinite(last)) << "step " << step;
    model->zero_grad();
    loss.backward();
    const at::NoGradGuard no_grad;
    // The sign makes steps of one size for all parameters, as Adam's first are.
    for (at::Tensor& parameter : model->parameters()) {
      if (parameter.grad().defined()) parameter.sub_(parameter.grad().sign(), 0.003);
    }
  }
  EXPECT_LT(last, 0.7 * first);
}

TEST_P(TaskContract, ScoresLieInRangeAndHoldTheMainOne) {
  const auto task = open();
  const auto model = make_model(*task);
  model->eval();
  const at::NoGradGuard no_grad;
  const auto metric = task->metric();
  for (int64_t row = 0; row < task->size(data::Split::dev); ++row) {
    const batching::Batch batch = task->batch(data::Split::dev, std::vector<int64_t>{row}, 0, 0);
    metric->add(task->forward(*model, batch, nullptr), batch);
  }
  const Scores scores = metric->result();
  const auto main = std::find_if(scores.begin(), scores.end(), [&](const auto& score) {
    return score.first == task->main_metric().first;
  });
  ASSERT_NE(main, scores.end());
  EXPECT_TRUE(main->second >= 0 && main->second <= 1) << main->second;
}

TEST_P(TaskContract, ModelsDependOnTheSeedAlone) {
  const auto task = open();
  const auto a = make_model(*task)->parameters();
  const auto b = make_model(*task)->parameters();
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) EXPECT_TRUE(a[i].equal(b[i]));
}

TEST_P(TaskContract, RefusesATooSmallVocabulary) {
  const auto task = open();
  model_.vocab_size = task->vocab_size() - 1;
  EXPECT_TRUE(error_text([&] { make_model(*task); }).starts_with("model.vocab_size: "));
  model_.vocab_size = task->vocab_size() + 10;
  EXPECT_NE(make_model(*task), nullptr);
}

TEST_P(TaskContract, FingerprintDependsOnTheRows) {
  const std::string whole = open()->fingerprint();
  EXPECT_EQ(open()->fingerprint(), whole);
  model_.max_length = 5;
  std::unique_ptr<Task> cut;
  try {
    cut = open();
  } catch (const UsageError& error) {  // images are not cut
    EXPECT_TRUE(std::string(error.what()).starts_with("model.max_length: ")) << error.what();
    return;
  }
  EXPECT_NE(cut->fingerprint(), whole);
}

std::vector<std::string> task_names() {
  std::vector<std::string> names;
  for (const TaskKind& kind : task_kinds()) names.push_back(kind.name);
  return names;
}

TEST_P(TaskContract, PreparedRowsAreTheSameRows) {
  const TaskKind& kind = find_task(section());
  if (!kind.prepare) GTEST_SKIP() << GetParam() << " has nothing to prepare";
  const testing::TempFolder folder;
  const PrepareRequest request{.output = folder.path("rows")};
  ASSERT_TRUE(kind.prepare(kind.resolve(section()), request, capture_.log));
  config::Tree prepared = section();
  prepared["data"] = config::Tree::text(request.output);
  const auto raw = open();
  const auto mapped = testing::open_task(prepared, model_, capture_.log);
  EXPECT_EQ(mapped->fingerprint(), raw->fingerprint());
  const auto rows = first_rows(3);
  const batching::Batch a = raw->batch(data::Split::train, rows, 0, 0);
  const batching::Batch b = mapped->batch(data::Split::train, rows, 0, 0);
  EXPECT_TRUE(a.input_ids.equal(b.input_ids));
  EXPECT_TRUE(a.labels.equal(b.labels));
  EXPECT_NE(error_text([&] {
              kind.prepare(kind.resolve(section()), request, capture_.log);
            }).find("holds a prepared set already"),
            std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Tasks, TaskContract, ::testing::ValuesIn(task_names()),
                         [](const auto& test) { return test.param; });

TEST(TaskTable, IsSortedWithoutRepeats) {
  const auto names = task_names();
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
}

TEST(TaskTable, NamesTheNearestTask) {
  const auto error = [](const std::string& text) {
    return error_text([&] { find_task(config::parse(text, "a.yaml")); });
  };
  std::string names;
  for (const std::string& name : task_names()) names += (names.empty() ? "" : ", ") + name;
  EXPECT_EQ(error("name: listop\n"), "a.yaml:1: task.name: unknown task `listop`, expected " +
                                         names + " (did you mean `listops`?)");
  EXPECT_TRUE(error("data: x\n").ends_with("task.name: missing, expected " + names))
      << error("data: x\n");
  EXPECT_EQ(error_text([] { find_task(config::Tree()); }), "task.name: missing, expected " + names);
  EXPECT_EQ(find_task(config::Tree::text("listops")).name, "listops");
}

}  // namespace
}  // namespace yoso::tasks
