// Tasks on texts beyond what the contract of all tasks says: encoding, cutting, scores, heads.

#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include <cmath>

#include "lib/tasks/open_task.h"
#include "support/log_capture.h"
#include "support/shared_data.h"
#include "support/temp_folder.h"
#include "support/user_error.h"
#include "yoso/config/read.h"
#include "yoso/config/write.h"
#include "yoso/nn/attention/attention.h"
#include "yoso/nn/text_classifier.h"
#include "yoso/tasks/text_classification/glue.h"
#include "yoso/tasks/text_classification/scoring.h"
#include "yoso/text/registry.h"

namespace yoso::tasks {
namespace {

using testing::error_text;
using testing::LogCapture;
using testing::open_task;
using testing::sample;
using testing::TempFolder;

class TextTasks : public ::testing::Test {
 protected:
  TextTasks() { model_.max_length = 64; }

  config::Tree section(const std::string& text, const std::string& kind = "bert") const {
    return config::parse(text + "tokenizer: " + kind + ":" + sample("tokenizers/" + kind) +
                             (kind == "bert" ? "/vocab.txt\n" : "\n"),
                         "test.yaml");
  }

  config::Tree mrpc(const std::string& extra = "", const std::string& kind = "bert") const {
    return section("name: glue\nsubset: MRPC\ndata: " + sample("glue") + "\n" + extra, kind);
  }

  std::unique_ptr<Task> open(const config::Tree& section) {
    return open_task(section, model_, capture_.log);
  }

  /// The first row of train.
  static batching::Batch first(const Task& task, int64_t count = 1) {
    std::vector<int64_t> rows(count);
    for (int64_t i = 0; i < count; ++i) rows[i] = i;
    return task.batch(data::Split::train, rows, 0, 0);
  }

  std::shared_ptr<torch::nn::Module> make_model(const Task& task) const {
    const config::Tree softmax = config::parse("kind: softmax\n", "test.yaml");
    return task.make_model(
        model_, nn::resolve_attention(softmax, model_.layers, nn::attention_shape(model_, 1)), 1);
  }

  LogCapture capture_;
  TempFolder folder_;
  config::ModelConfig model_;
};

TEST_F(TextTasks, PairsHaveTypesWhereTheTokenizerHasThem) {
  const auto bert = open(mrpc());
  const batching::Batch batch = first(*bert);
  ASSERT_TRUE(batch.token_types.defined());
  const auto tokenizer = text::load_tokenizer("bert:" + sample("tokenizers/bert/vocab.txt"));
  const int64_t separator = tokenizer->special().separator;
  int64_t type = 0;
  EXPECT_EQ(batch.input_ids[0][0].item<int64_t>(), tokenizer->special().first);
  for (int64_t i = 0; i < batch.input_ids.size(1); ++i) {
    EXPECT_EQ(batch.token_types[0][i].item<int64_t>(), std::min<int64_t>(type, 1)) << i;
    type += batch.input_ids[0][i].item<int64_t>() == separator;
  }
  EXPECT_EQ(type, 2);
  const auto roberta = open(mrpc("", "roberta"));
  EXPECT_FALSE(first(*roberta).token_types.defined());
}

TEST_F(TextTasks, LongRowsLoseTheEndOfTheirLongerText) {
  const auto task = open(mrpc("max_tokens: 12\n"));
  for (const int32_t length : task->lengths(data::Split::train)) EXPECT_LE(length, 12);
  EXPECT_NE(capture_.text().find(" cut"), std::string::npos);
  const batching::Batch batch = first(*task);
  const int64_t second = batch.token_types.sum().item<int64_t>();
  EXPECT_TRUE(second == 5 || second == 6) << "half of nine tokens and a separator: " << second;
  EXPECT_EQ(batch.input_ids.size(1), 12);
}

TEST_F(TextTasks, PaddingChangesNothing) {
  const auto task = open(mrpc());
  const auto model = make_model(*task);
  model->eval();
  const at::NoGradGuard no_grad;
  const batching::Batch batch = first(*task, 8);
  ASSERT_TRUE(batch.mask.defined());
  const at::Tensor logits = task->forward(*model, batch, nullptr).logits;
  batching::Batch other = batch;
  other.input_ids = batch.input_ids.masked_fill(batch.mask.logical_not(), 7);
  EXPECT_TRUE(at::allclose(task->forward(*model, other, nullptr).logits, logits, 1e-5, 1e-6));
}

TEST_F(TextTasks, CompatPadsToTheFullLengthAndLeavesRobertasMaskOut) {
  const std::string compat = "compat: mlpen\nmax_tokens: 60\n";
  const auto bert = open(mrpc(compat));
  EXPECT_EQ(first(*bert).input_ids.size(1), 60);
  EXPECT_TRUE(first(*bert).mask.defined());
  const auto roberta = open(mrpc("compat: mlpen\nmax_tokens: 64\n", "roberta"));
  EXPECT_EQ(first(*roberta).input_ids.size(1), 64);
  EXPECT_FALSE(first(*roberta).mask.defined());
}

TEST_F(TextTasks, TheMajorityBaselineIsScoredAsTheTaskIs) {
  const auto task = open(mrpc());  // dev: 16 of 24 are 1, F1 of always saying so 0.8
  EXPECT_EQ(task->main_metric().first, "average");
  EXPECT_NEAR(task->majority_rate(data::Split::dev), (0.8 + 16.0 / 24) / 2, 1e-12);
  EXPECT_EQ(task->size(data::Split::test), 0);
}

TEST_F(TextTasks, ColaOfOneClassScoresZero) {
  folder_.write("train.tsv", "a\t1\t\tx\nb\t0\t\ty\n");
  folder_.write("dev.tsv", "a\t1\t\tx\nb\t0\t\ty\nb\t1\t\tz\n");
  const auto task = open(section("name: glue\nsubset: CoLA\ndata: " + folder_.path("") + "\n"));
  EXPECT_EQ(task->majority_rate(data::Split::dev), 0);
  EXPECT_NE(capture_.text().find("3 rows, where 1,043 are published"), std::string::npos)
      << capture_.text();
}

TEST_F(TextTasks, MnliScoresItsTwoDevSetsApart) {
  const std::string header = "index\tsentence1\tsentence2\tgold_label\n";
  folder_.write("train.tsv", header + "0\ta\tb\tneutral\n");
  folder_.write("dev_matched.tsv", header + "0\ta\tb\tneutral\n1\ta\tb\tcontradiction\n");
  folder_.write("dev_mismatched.tsv", header + "0\ta\tb\tentailment\n");
  const auto task = open(section("name: glue\nsubset: MNLI\ndata: " + folder_.path("") + "\n"));
  ASSERT_EQ(task->size(data::Split::dev), 3);
  const auto metric = task->metric();
  const batching::Batch batch = task->batch(data::Split::dev, std::vector<int64_t>{0, 1, 2}, 0, 0);
  Output output;
  output.logits = at::tensor({0.0, 1.0, 1.0, 0.0, 0.0, 2.0, 0.0, 0.0, 2.0}).view({3, 3});
  metric->add(output, batch);
  const Scores scores = metric->result();
  ASSERT_EQ(scores.size(), 2U);
  EXPECT_EQ(scores[0], (std::pair<std::string, double>("accuracy", 1.0)))
      << "of equal logits the first class counts";
  EXPECT_EQ(scores[1], (std::pair<std::string, double>("accuracy_mm", 0.0)));
}

TEST_F(TextTasks, NumbersAreLearntBySquaredError) {
  const std::string header = "sentence1\tsentence2\tscore\n";
  folder_.write("train.tsv", header + "a\tb\t4.500\nthe cat\tc\t1\n");
  folder_.write("dev.tsv", header + "a\tb\t2\n");
  const auto task = open(section("name: glue\nsubset: STS-B\ndata: " + folder_.path("") + "\n"));
  const auto model = make_model(*task);
  model->eval();
  const at::NoGradGuard no_grad;
  const Output output = task->forward(*model, first(*task, 2), nullptr);
  ASSERT_EQ(output.logits.sizes(), (std::vector<int64_t>{2, 1}));
  const double expected = std::pow(output.logits[0][0].item<double>() - 4.5, 2) +
                          std::pow(output.logits[1][0].item<double>() - 1, 2);
  EXPECT_NEAR(output.loss_sum.item<double>(), expected, 1e-4);
  EXPECT_EQ(task->main_metric().first, "average");
}

TEST_F(TextTasks, HeldOutRowsAreThoseOfTheSeed) {
  const std::string base =
      "name: labelled_text\ntrain: " + sample("labelled_text/train.tsv") + "\n";
  const auto one = open(section(base)), same = open(section(base)),
             other = open(section(base + "split_seed: 2\n"));
  EXPECT_EQ(one->size(data::Split::train), 54);
  EXPECT_EQ(one->size(data::Split::dev), 6);
  EXPECT_NEAR(one->majority_rate(data::Split::dev), 0.5, 1e-12) << "of each class alike";
  EXPECT_EQ(one->fingerprint(), same->fingerprint());
  EXPECT_NE(one->fingerprint(), other->fingerprint());
  EXPECT_EQ(one->size(data::Split::test), 0);
}

TEST_F(TextTasks, NamesMistakes) {
  const auto refusal = [&](const std::string& text, ExitCode code = ExitCode::usage) {
    return error_text([&] { open(section(text))->size(data::Split::train); }, code);
  };
  EXPECT_NE(refusal("name: glue\ndata: x\n").find("task.subset: missing"), std::string::npos);
  EXPECT_NE(refusal("name: glue\nsubset: RTE\n").find("task.data: missing"), std::string::npos);
  EXPECT_NE(refusal("name: glue\nsubset: Rte\ndata: x\n").find("did you mean `RTE`"),
            std::string::npos);
  EXPECT_NE(error_text([&] {
              const config::Tree none =
                  config::parse("name: glue\nsubset: RTE\ndata: x\n", "test.yaml");
              find_task(none).resolve(none);
            }).find("task.tokenizer: missing"),
            std::string::npos);
  EXPECT_NE(refusal("name: labelled_text\n").find("task.train: missing"), std::string::npos);
  const std::string train = "train: " + sample("labelled_text/train.tsv") + "\n";
  EXPECT_NE(refusal("name: labelled_text\nmetric: pearson\n" + train)
                .find("task.metric: pearson is no score here"),
            std::string::npos);
  EXPECT_NE(refusal("name: labelled_text\nlabels: [good, fine]\n" + train, ExitCode::data)
                .find(": the label `bad` is none of the task's, expected good or fine"),
            std::string::npos);
  EXPECT_NE(refusal("name: labelled_text\ntarget: number\n" + train, ExitCode::data)
                .find(": expected a number as label, found `"),
            std::string::npos);
  const std::string one = folder_.write("one.tsv", "text\tlabel\na\tx\nb\tx\n");
  EXPECT_NE(refusal("name: labelled_text\ntrain: " + one + "\n", ExitCode::data)
                .find("has the one label `x`"),
            std::string::npos);
  model_.token_types = 1;
  EXPECT_NE(error_text([&] { make_model(*open(mrpc())); }).find("model.token_types: 1"),
            std::string::npos);
  model_.token_types = 0;
  model_.pooling = config::Pooling::cls;
  EXPECT_NE(error_text([&] { make_model(*open(mrpc())); }).find("model.pooling: cls"),
            std::string::npos);
}

TEST(TextClassifier, RobertasHeadDropsItsInputInTrainingAlone) {
  config::ModelConfig model;
  model.dropout = 0.5;
  model.pooling = config::Pooling::first;
  const auto layers = nn::resolve_attention(config::parse("kind: softmax\n", "t"), model.layers,
                                            nn::attention_shape(model, 1));
  nn::TextClassifier bert(model, layers, 50, nn::TextClassifierOptions{.outputs = 3}, 1);
  nn::TextClassifier roberta(model, layers, 50,
                             nn::TextClassifierOptions{.outputs = 3, .input_dropout = true}, 1);
  const at::Tensor ids = at::arange(12, at::kLong).view({2, 6});
  bert->eval();
  roberta->eval();
  EXPECT_EQ(bert(ids).sizes(), (std::vector<int64_t>{2, 3}));
  EXPECT_TRUE(bert(ids).equal(roberta(ids)));
  bert->train();
  roberta->train();
  at::manual_seed(1);
  const at::Tensor plain = bert(ids);
  at::manual_seed(1);
  EXPECT_FALSE(plain.equal(roberta(ids)));
}

}  // namespace
}  // namespace yoso::tasks
