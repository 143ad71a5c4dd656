#include "yoso/tasks/masked_symbols.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "lib/tasks/open_task.h"
#include "support/log_capture.h"
#include "support/shared_data.h"
#include "support/user_error.h"
#include "yoso/config/read.h"
#include "yoso/nn/attention/attention.h"
#include "yoso/tasks/task.h"

namespace yoso::tasks {
namespace {

using testing::error_text;
using testing::LogCapture;
using testing::sample;

constexpr data::Split kTrain = data::Split::train;
constexpr int64_t kUnmasked = MaskedSymbolsTask::kUnmasked;

class MaskedSymbols : public ::testing::TestWithParam<std::string> {
 protected:
  MaskedSymbols() { model_.max_length = 1024; }

  std::unique_ptr<Task> open(const std::string& options) {
    const config::Tree section = config::parse(
        "name: " + GetParam() + "\ndata: " + sample(GetParam()) + "\n" + options, "test.yaml");
    return testing::open_task(section, model_, capture_.log);
  }
  std::shared_ptr<torch::nn::Module> make_model(const Task& task) const {
    const config::Tree softmax = config::parse("kind: softmax\n", "test.yaml");
    return task.make_model(
        model_, nn::resolve_attention(softmax, model_.layers, nn::attention_shape(model_, 3)), 3);
  }
  /// Both texts of a pair side by side.
  static at::Tensor ids(const batching::Batch& batch) {
    return batch.second_ids.defined() ? at::cat({batch.input_ids, batch.second_ids}, 1)
                                      : batch.input_ids;
  }

  const std::vector<int64_t> rows_ = {0, 1, 2, 3, 4, 5, 6, 7};
  LogCapture capture_;
  config::ModelConfig model_;
};

TEST_P(MaskedSymbols, HidesAShareOfEachRow) {
  const auto plain = open(""), masked = open("masked: 0.25\n");
  EXPECT_EQ(masked->vocab_size(), plain->vocab_size() + 1);
  const batching::Batch before = plain->batch(kTrain, rows_, 0, 0);
  const batching::Batch after = masked->batch(kTrain, rows_, 0, 0);
  const at::Tensor hidden = after.labels.ne(kUnmasked);
  EXPECT_TRUE(ids(before).masked_select(hidden).equal(after.labels.masked_select(hidden)));
  EXPECT_TRUE(ids(after).masked_select(hidden).eq(plain->vocab_size()).all().item<bool>());
  EXPECT_TRUE(ids(after).masked_select(~hidden).equal(ids(before).masked_select(~hidden)));
  EXPECT_EQ(after.weight, hidden.sum().item<int64_t>());
  EXPECT_NEAR(static_cast<double>(after.weight), 0.25 * static_cast<double>(after.tokens), 16);
  EXPECT_EQ(after.tokens, before.tokens);
}

TEST_P(MaskedSymbols, PlacesAreAFunctionOfEpochAndRow) {
  const auto task = open("masked: 0.5\n");
  const auto labels = [&](std::vector<int64_t> rows, int64_t epoch) {
    const batching::Batch batch = task->batch(kTrain, rows, epoch, 0);
    return batch.labels;
  };
  EXPECT_TRUE(labels({3}, 1).equal(labels({3}, 1)));
  EXPECT_FALSE(labels({3}, 1).equal(labels({3}, 2)));
}

TEST_P(MaskedSymbols, LossIsTheSumOverItsRowsAndFalls) {
  model_.dropout = 0;
  const auto task = open("masked: 0.3\n");
  const auto model = make_model(*task);
  model->eval();
  const batching::Batch batch = task->batch(kTrain, rows_, 0, 0);
  {
    const at::NoGradGuard no_grad;
    double sum = 0;
    for (int64_t row : rows_) {
      const batching::Batch alone = task->batch(kTrain, std::vector<int64_t>{row}, 0, 0);
      sum += task->forward(*model, alone, nullptr).loss_sum.item<double>();
    }
    const double whole = task->forward(*model, batch, nullptr).loss_sum.item<double>();
    EXPECT_NEAR(whole, sum, 1e-5 * whole);
    const auto metric = task->metric();
    metric->add(task->forward(*model, batch, nullptr), batch);
    EXPECT_EQ(metric->result().front().first, task->main_metric().first);
  }
  double first = 0, last = 0;
  for (int step = 0; step < 10; ++step) {
    const at::Tensor loss =
        task->forward(*model, batch, nullptr).loss_sum / static_cast<double>(batch.weight);
    last = loss.item<double>();
    if (step == 0) first = last;
    model->zero_grad();
    loss.backward();
    const at::NoGradGuard no_grad;
    for (at::Tensor& parameter : model->parameters()) {
      if (parameter.grad().defined()) parameter.sub_(parameter.grad().sign(), 0.003);
    }
  }
  EXPECT_LT(last, 0.9 * first);
}

TEST_P(MaskedSymbols, EncoderHasTheClassifiersShapes) {
  model_.vocab_size = 300;
  const auto parameters = make_model(*open("masked: 0.3\n"))->named_parameters();
  for (const auto& entry : make_model(*open(""))->named_parameters()) {
    if (entry.key().starts_with("classifier.")) continue;
    const at::Tensor* other = parameters.find(entry.key());
    ASSERT_NE(other, nullptr) << entry.key();
    EXPECT_EQ(other->sizes(), entry.value().sizes()) << entry.key();
  }
  model_.vocab_size = open("")->vocab_size();
  EXPECT_TRUE(error_text([&] {
                make_model(*open("masked: 0.3\n"));
              }).ends_with("symbols and task.masked adds one"));
}

INSTANTIATE_TEST_SUITE_P(Tasks, MaskedSymbols,
                         ::testing::Values("image", "listops", "pathfinder", "retrieval", "text"),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace yoso::tasks
