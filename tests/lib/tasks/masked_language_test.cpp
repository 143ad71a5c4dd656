#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "lib/tasks/masked_language_test_support.h"
#include "support/user_error.h"
#include "yoso/nn/attention/attention.h"
#include "yoso/nn/masked_language_model.h"

namespace yoso::tasks {
namespace {

using data::Split;
using testing::error_text;

std::vector<int64_t> first_rows(int64_t count) {
  std::vector<int64_t> rows(count);
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

config::ModelConfig tiny_model() {
  config::ModelConfig model;
  model.dim = 16;
  model.ffn_dim = 16;
  model.max_length = 24;
  model.norm = config::Norm::post;
  model.token_types = 2;
  model.dropout = 0;
  return model;
}

std::shared_ptr<torch::nn::Module> make_model(const Task& task, const config::ModelConfig& model) {
  const config::Tree softmax = config::parse("kind: softmax\n", "test.yaml");
  return task.make_model(
      model, nn::resolve_attention(softmax, model.layers, nn::attention_shape(model, 1)), 1);
}

class MaskedLanguage : public ::testing::TestWithParam<const char*> {
 protected:
  std::unique_ptr<MaskedLanguageTask> task_ =
      tiny_masked_language(std::string("objective: ") + GetParam());
};

TEST_P(MaskedLanguage, BatchesSayWhatStoodAtTheMaskedPlaces) {
  const bool pairs = std::string(GetParam()) == "bert";
  const batching::Batch batch = task_->batch(Split::train, first_rows(20), 2, 5);
  const at::Tensor flat = batch.input_ids.flatten();
  EXPECT_EQ(batch.weight, batch.masked.size(0));
  EXPECT_EQ(batch.targets.size(0), batch.weight);
  EXPECT_GT(batch.weight, 20);
  EXPECT_TRUE(batch.masked.diff().gt(0).all().item<bool>());
  EXPECT_LT(batch.masked.max().item<int64_t>(), flat.size(0));
  const at::Tensor shown = flat.index_select(0, batch.masked);
  EXPECT_GT(shown.eq(4).to(at::kFloat).mean().item<double>(), 0.6);
  EXPECT_TRUE(batch.targets.ge(5).all().item<bool>());
  EXPECT_EQ(batch.rows[0].item<int64_t>(), 5);
  EXPECT_EQ(batch.rows[19].item<int64_t>(), 24);
  EXPECT_TRUE(batch.input_ids.select(1, 0).eq(2).all().item<bool>());
  EXPECT_EQ(batch.mask.defined(), pairs);
  EXPECT_EQ(batch.labels.defined(), pairs);
  EXPECT_EQ(batch.auxiliary_weight, pairs ? 20 : 0);
  EXPECT_EQ(batch.tokens,
            batch.mask.defined() ? batch.mask.sum().item<int64_t>() : batch.input_ids.numel());
  if (!pairs) return;
  EXPECT_TRUE(batch.input_ids.masked_select(~batch.mask).eq(0).all().item<bool>());
  EXPECT_EQ(batch.token_types.max().item<int64_t>(), 1);
}

TEST_P(MaskedLanguage, ABatchIsTheSameInAnySplit) {
  const auto rows = first_rows(9);
  const batching::Batch whole = task_->batch(Split::train, rows, 1, 0);
  for (int64_t i = 0; i < 9; ++i) {
    const batching::Batch alone = task_->batch(Split::train, std::vector<int64_t>{i}, 1, i);
    const int64_t length = alone.input_ids.size(1);
    EXPECT_TRUE(alone.input_ids[0].equal(whole.input_ids[i].narrow(0, 0, length)));
    const at::Tensor in_row = whole.masked.div(whole.input_ids.size(1), "floor").eq(i);
    EXPECT_TRUE(alone.targets.equal(whole.targets.masked_select(in_row)));
    EXPECT_TRUE(
        alone.masked.equal(whole.masked.masked_select(in_row) - i * whole.input_ids.size(1)));
  }
  EXPECT_FALSE(whole.masked.equal(task_->batch(Split::train, rows, 2, 0).masked));
}

TEST_P(MaskedLanguage, DevIsTheSameForEverySeed) {
  const std::string yaml = std::string("objective: ") + GetParam();
  const auto other = tiny_masked_language(yaml, 24, /*seed=*/9);
  ASSERT_EQ(task_->size(Split::dev), other->size(Split::dev));
  const auto rows = first_rows(task_->size(Split::dev));
  const batching::Batch a = task_->batch(Split::dev, rows, 0, 0);
  const batching::Batch b = other->batch(Split::dev, rows, 0, 0);
  EXPECT_TRUE(a.input_ids.equal(b.input_ids));
  EXPECT_TRUE(a.masked.equal(b.masked));
  EXPECT_FALSE(task_->batch(Split::train, first_rows(5), 0, 0)
                   .masked.equal(other->batch(Split::train, first_rows(5), 0, 0).masked));
  EXPECT_EQ(task_->size(Split::test), 0);
  EXPECT_EQ(tiny_masked_language(yaml + "\ndev_samples: 3")->size(Split::dev), 3);
}

TEST_P(MaskedLanguage, ScoresAreMeansOverMaskedTokensAndRows) {
  const auto model = make_model(*task_, tiny_model());
  model->eval();
  const at::NoGradGuard no_grad;
  const auto metric = task_->metric();
  double loss = 0, correct = 0, labels_correct = 0, labels_loss = 0;
  int64_t masked = 0;
  const int64_t size = task_->size(Split::dev);
  for (int64_t row = 0; row < size; ++row) {
    const batching::Batch batch = task_->batch(Split::dev, std::vector<int64_t>{row}, 0, 0);
    const Output output = task_->forward(*model, batch, nullptr);
    metric->add(output, batch);
    const at::Tensor log_p = output.logits.log_softmax(-1);
    loss -= log_p.gather(1, batch.targets.unsqueeze(1)).sum().item<double>();
    correct += output.logits.argmax(-1).eq(batch.targets).sum().item<double>();
    masked += batch.weight;
    if (batch.labels.defined()) {
      labels_loss -= output.auxiliary_logits.log_softmax(-1)
                         .gather(1, batch.labels.unsqueeze(1))
                         .sum()
                         .item<double>();
      labels_correct += output.auxiliary_logits.argmax(-1).eq(batch.labels).sum().item<double>();
    }
  }
  const Scores scores = metric->result();
  const auto count = static_cast<double>(masked);
  EXPECT_EQ(scores[0].first, "masked_accuracy");
  EXPECT_NEAR(scores[0].second, correct / count, 1e-9);
  EXPECT_EQ(scores[1].first, "perplexity");
  EXPECT_NEAR(scores[1].second, std::exp(loss / count), 1e-3);
  EXPECT_NEAR(scores[2].second, loss / count, 1e-5);
  if (std::string(GetParam()) == "roberta") {
    EXPECT_EQ(scores.size(), 3U);
    return;
  }
  ASSERT_EQ(scores.size(), 5U);
  EXPECT_EQ(scores[3].first, "sop_accuracy");
  EXPECT_NEAR(scores[3].second, labels_correct / static_cast<double>(size), 1e-9);
  EXPECT_EQ(scores[4].first, "sop_loss");
  EXPECT_NEAR(scores[4].second, labels_loss / static_cast<double>(size), 1e-5);
}

TEST_P(MaskedLanguage, NoMaskedTokenIsNoMishap) {
  const auto rare =
      tiny_masked_language(std::string("{mask_rate: 1e-9, objective: ") + GetParam() + "}");
  const auto model = make_model(*rare, tiny_model());
  const batching::Batch batch = rare->batch(Split::train, first_rows(3), 0, 0);
  EXPECT_EQ(batch.weight, 0);
  const Output output = rare->forward(*model, batch, nullptr);
  EXPECT_EQ(output.loss_sum.item<double>(), 0);
  rare->metric()->add(output, batch);
}

TEST_P(MaskedLanguage, FingerprintDependsOnTextAndLength) {
  const std::string yaml = std::string("objective: ") + GetParam();
  EXPECT_EQ(tiny_masked_language(yaml)->fingerprint(), task_->fingerprint());
  EXPECT_NE(tiny_masked_language(yaml, 20)->fingerprint(), task_->fingerprint());
  MaskedLanguageData other = tiny_text();
  other.vocabulary.fingerprint = "other";
  EXPECT_NE(MaskedLanguageTask(other, masked_language_options(yaml), 24, 1).fingerprint(),
            task_->fingerprint());
}

INSTANTIATE_TEST_SUITE_P(Objectives, MaskedLanguage, ::testing::Values("roberta", "bert"),
                         [](const auto& test) { return test.param; });

TEST(MaskedLanguageOptions, CompatIsTheOriginal) {
  EXPECT_EQ(masked_language_options("objective: bert").sentence_labels(), 2);
  EXPECT_EQ(masked_language_options("{objective: bert, compat: mlpen}").sentence_labels(), 4);
  EXPECT_EQ(masked_language_options("objective: roberta").sentence_labels(), 0);
  EXPECT_EQ(masked_language_options("objective: bert").masking, MaskingChoice::fixed);
  EXPECT_EQ(masked_language_options("objective: roberta").masking, MaskingChoice::independent);
}

TEST(MaskedLanguageOptions, FixedMaskingEndsAtTheShareOfTheLongestRow) {
  // 24 tokens hold 21 of text: floor(0.5 · 21) = 10 places at most, 12 allowed; 3 asked for.
  const auto most = [](const std::string& yaml) {
    const batching::Batch batch =
        tiny_masked_language(yaml)->batch(Split::train, first_rows(30), 0, 0);
    const at::Tensor row = batch.masked.div(batch.input_ids.size(1), "floor");
    return row.bincount().max().item<int64_t>();
  };
  EXPECT_EQ(most("{objective: bert, mask_rate: 0.5}"), 10);
  EXPECT_EQ(most("{objective: bert, mask_rate: 0.5, most_masks: 3}"), 3);
}

TEST(MaskedLanguageOptions, TellWhatIsWrong) {
  EXPECT_NE(error_text([] {
              masked_language_options("objectiv: bert");
            }).find("did you mean `objective`"),
            std::string::npos);
  config::ModelConfig model = tiny_model();
  model.token_types = 1;
  const auto bert = tiny_masked_language("objective: bert");
  EXPECT_TRUE(error_text([&] { make_model(*bert, model); }).starts_with("model.token_types: 1"));
  model.token_types = 2;
  model.vocab_size = 59;
  EXPECT_TRUE(error_text([&] { make_model(*bert, model); }).starts_with("model.vocab_size: 59"));
  EXPECT_NE(error_text([] { tiny_masked_language("objective: roberta", 100'000); }, ExitCode::data)
                .find("shorter than one row"),
            std::string::npos);
}

}  // namespace
}  // namespace yoso::tasks
