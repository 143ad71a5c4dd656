#include "yoso/tasks/classification.h"

#include <ATen/core/Reduction.h>
#include <ATen/ops/argmax.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/div.h>
#include <ATen/ops/ne.h>
#include <ATen/ops/sub.h>
#include <ATen/ops/sum.h>

#include <algorithm>
#include <utility>

#include "yoso/batching/collate.h"
#include "yoso/nn/pair_classifier.h"
#include "yoso/nn/sequence_classifier.h"
#include "yoso/util/checksum.h"
#include "yoso/util/error.h"

namespace yoso::tasks {
namespace {

class Accuracy : public Metric {
 public:
  explicit Accuracy(int64_t classes) : classes_(classes) {}

  void add(const Output& output, const batching::Batch& batch) override {
    const at::Tensor predicted = output.logits.argmax(-1).to(at::kCPU, at::kLong).contiguous();
    const at::Tensor truth = batch.labels.to(at::kCPU, at::kLong).contiguous();
    const auto append = [](std::vector<int64_t>& values, const at::Tensor& more) {
      const int64_t* begin = more.const_data_ptr<int64_t>();
      values.insert(values.end(), begin, begin + more.numel());
    };
    append(predicted_, predicted);
    append(truth_, truth);
  }

  Scores result() const override {
    return {{"accuracy", truth_.empty() ? 0.0 : metrics::accuracy(predicted_, truth_)}};
  }

  std::vector<metrics::ClassScores> classes() const override {
    if (truth_.empty()) return {};
    return metrics::per_class(predicted_, truth_, classes_);
  }

 private:
  int64_t classes_;
  std::vector<int64_t> predicted_, truth_;
};

}  // namespace

ClassificationTask::ClassificationTask(ClassificationData data) : data_(std::move(data)) {}

const data::ByteDataset& ClassificationTask::rows(data::Split split) const {
  Rows& rows = rows_[static_cast<size_t>(split)];
  std::call_once(rows.once, [&] { rows.sequences = data_.load(split); });
  return rows.sequences;
}

int64_t ClassificationTask::size(data::Split split) const { return rows(split).size(); }

batching::Batch ClassificationTask::batch(data::Split split, std::span<const int64_t> indices,
                                          int64_t /*epoch*/, int64_t first_row) const {
  batching::Batch batch = batching::collate(rows(split), indices, first_row);
  if (data_.zero_is_padding) {
    batch.mask = batch.input_ids.ne(0);
    batch.tokens = batch.mask.sum().item<int64_t>();
  }
  return batch;
}

std::vector<int32_t> ClassificationTask::lengths(data::Split split) const {
  return rows(split).lengths();
}

std::shared_ptr<torch::nn::Module> ClassificationTask::make_model(
    const config::ModelConfig& model, const std::vector<config::Tree>& attention,
    uint64_t seed) const {
  // The CLS token is the model's own, the last of its embedding table.
  const int64_t cls = model.pooling == config::Pooling::cls ? 1 : 0;
  const int64_t vocab_size = model.vocab_size.value_or(data_.vocab_size + cls);
  if (vocab_size < data_.vocab_size + cls) {
    throw UsageError("model.vocab_size: " + std::to_string(vocab_size) + ", but the task has " +
                     std::to_string(data_.vocab_size) + " symbols" +
                     (cls != 0 ? " and pooling: cls adds one" : ""));
  }
  if (data_.pairs) {
    return std::make_shared<nn::PairClassifierImpl>(model, attention, vocab_size, data_.classes,
                                                    seed);
  }
  return std::make_shared<nn::SequenceClassifierImpl>(
      model, attention, data_.real_input ? nn::kRealInput : vocab_size, data_.classes, seed);
}

Output ClassificationTask::forward(torch::nn::Module& model, const batching::Batch& batch,
                                   const nn::HashSeed* hash_seed) const {
  Output output;
  if (data_.pairs) {
    auto& classifier = dynamic_cast<nn::PairClassifierImpl&>(model);
    output.logits = classifier.forward({batch.input_ids, batch.mask},
                                       {batch.second_ids, batch.second_mask}, hash_seed);
  } else {
    auto& classifier = dynamic_cast<nn::SequenceClassifierImpl&>(model);
    at::Tensor input = batch.input_ids;
    if (data_.real_input)
      input = input.to(at::kFloat).sub(data_.real_input->mean).div(data_.real_input->deviation);
    output.logits = classifier.forward(input, batch.mask, hash_seed);
  }
  // In float32 also under autocast: the sum over a batch would lose digits in half precision.
  output.loss_sum =
      at::cross_entropy_loss(output.logits.to(at::kFloat), batch.labels, {}, at::Reduction::Sum);
  return output;
}

std::unique_ptr<Metric> ClassificationTask::metric() const {
  return std::make_unique<Accuracy>(data_.classes);
}

std::vector<std::string> ClassificationTask::class_names() const {
  std::vector<std::string> names = data_.class_names;
  for (auto k = static_cast<int64_t>(names.size()); k < data_.classes; ++k)
    names.push_back(std::to_string(k));
  return names;
}

std::string ClassificationTask::fingerprint() const {
  Checksum sum;
  sum.add(data_.vocabulary);
  for (data::Split split : data::kSplits) sum.add(checksum_text(rows(split).checksum()));
  return sum.text();
}

double ClassificationTask::majority_rate(data::Split split) const {
  const auto counts = rows(split).class_counts(data_.classes);
  const int64_t most = *std::max_element(counts.begin(), counts.end());
  return size(split) == 0 ? 0 : static_cast<double>(most) / static_cast<double>(size(split));
}

}  // namespace yoso::tasks
