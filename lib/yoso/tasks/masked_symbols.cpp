#include "yoso/tasks/masked_symbols.h"

#include <ATen/core/Reduction.h>
#include <ATen/ops/argmax.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/eq.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/ne.h>
#include <ATen/ops/nonzero.h>
#include <ATen/ops/sum.h>

#include <algorithm>
#include <utility>

#include "yoso/nn/symbol_predictor.h"
#include "yoso/util/error.h"
#include "yoso/util/random.h"

namespace yoso::tasks {
namespace {

/// The labels of each text of a batch.
std::vector<at::Tensor> labels_by_text(const batching::Batch& batch) {
  const int64_t first = batch.input_ids.size(1);
  std::vector<at::Tensor> labels = {batch.labels.narrow(1, 0, first).flatten()};
  if (batch.second_ids.defined())
    labels.push_back(batch.labels.narrow(1, first, batch.labels.size(1) - first).flatten());
  return labels;
}

/// Positions of masked symbols in a flattened text, int64 [masked].
at::Tensor masked_positions(const at::Tensor& labels) {
  return labels.ne(MaskedSymbolsTask::kUnmasked).nonzero().squeeze(1);
}

/// The symbols of a task, followed by the mask.
data::pretraining::Vocabulary symbols_of(const Task& rows) {
  data::pretraining::Vocabulary vocabulary;
  vocabulary.size = rows.vocab_size() + 1;
  vocabulary.mask = static_cast<data::pretraining::TokenId>(rows.vocab_size());
  return vocabulary;
}

class MaskedAccuracy : public Metric {
 public:
  void add(const Output& output, const batching::Batch& batch) override {
    std::vector<at::Tensor> targets;
    for (const at::Tensor& labels : labels_by_text(batch))
      targets.push_back(labels.index_select(0, masked_positions(labels)));
    const at::Tensor masked = at::cat(targets, 0);
    correct_ += output.logits.argmax(-1).eq(masked).sum().item<int64_t>();
    masked_ += masked.numel();
  }
  Scores result() const override {
    return {{"masked_accuracy",
             static_cast<double>(correct_) / static_cast<double>(std::max<int64_t>(1, masked_))}};
  }

 private:
  int64_t correct_ = 0;
  int64_t masked_ = 0;
};

}  // namespace

MaskedSymbolsTask::MaskedSymbolsTask(std::unique_ptr<ClassificationTask> rows, double rate)
    : rows_(std::move(rows)),
      symbols_(symbols_of(*rows_)),
      masking_({.rate = rate, .least = 1, .mask_fraction = 1, .random_fraction = 0}, symbols_) {}

at::Tensor MaskedSymbolsTask::mask_some(at::Tensor& ids, const at::Tensor& mask,
                                        std::span<const int64_t> indices, uint64_t key) const {
  const int64_t length = ids.size(1);
  at::Tensor targets = at::full_like(ids, kUnmasked);
  std::vector<int64_t> positions;  // of valid symbols
  for (size_t row = 0; row < indices.size(); ++row) {
    const int64_t begin = static_cast<int64_t>(row) * length;
    int64_t* const tokens = ids.mutable_data_ptr<int64_t>() + begin;
    int64_t* const target = targets.mutable_data_ptr<int64_t>() + begin;
    const bool* valid = mask.defined() ? mask.const_data_ptr<bool>() + begin : nullptr;
    data::pretraining::Sample sample;
    positions.clear();
    for (int64_t i = 0; i < length; ++i) {
      if (valid != nullptr && !valid[i]) continue;
      positions.push_back(i);
      sample.tokens.push_back(static_cast<data::pretraining::TokenId>(tokens[i]));
    }
    RandomStream random(fold(key, static_cast<uint64_t>(indices[row])));
    masking_.apply(sample, random);
    for (size_t i = 0; i < sample.masked.size(); ++i) {
      const int64_t position = positions[static_cast<size_t>(sample.masked[i])];
      target[position] = sample.targets[i];
      tokens[position] = symbols_.mask;
    }
  }
  return targets;
}

batching::Batch MaskedSymbolsTask::batch(data::Split split, std::span<const int64_t> indices,
                                         int64_t epoch, int64_t first_row) const {
  batching::Batch batch = rows_->batch(split, indices, epoch, first_row);
  const uint64_t key = fold(purpose_key("masked symbols"), static_cast<uint64_t>(epoch));
  batch.labels = mask_some(batch.input_ids, batch.mask, indices, fold(key, 0));
  if (batch.second_ids.defined()) {
    const at::Tensor second = mask_some(batch.second_ids, batch.second_mask, indices, fold(key, 1));
    batch.labels = at::cat({batch.labels, second}, 1);
  }
  batch.weight = batch.labels.ne(kUnmasked).sum().item<int64_t>();
  return batch;
}

std::shared_ptr<torch::nn::Module> MaskedSymbolsTask::make_model(
    const config::ModelConfig& model, const std::vector<config::Tree>& attention,
    uint64_t seed) const {
  const int64_t vocab = model.vocab_size.value_or(vocab_size());
  if (vocab < vocab_size()) {
    throw UsageError("model.vocab_size: " + std::to_string(vocab) + ", but the task has " +
                     std::to_string(rows_->vocab_size()) + " symbols and task.masked adds one");
  }
  return std::make_shared<nn::SymbolPredictorImpl>(model, attention, vocab, rows_->vocab_size(),
                                                   seed);
}

Output MaskedSymbolsTask::forward(torch::nn::Module& model, const batching::Batch& batch,
                                  const nn::HashSeed* hash_seed) const {
  auto& predictor = dynamic_cast<nn::SymbolPredictorImpl&>(model);
  std::vector<at::Tensor> logits, targets;
  const std::vector<at::Tensor> labels = labels_by_text(batch);
  for (size_t text = 0; text < labels.size(); ++text) {
    const at::Tensor positions = masked_positions(labels[text]);
    nn::HashSeed own;
    if (hash_seed != nullptr)
      own = {hash_seed->seed, hash_seed->step, hash_seed->rows * 2 + static_cast<int64_t>(text)};
    logits.push_back(predictor.forward(text == 0 ? batch.input_ids : batch.second_ids,
                                       text == 0 ? batch.mask : batch.second_mask, positions,
                                       hash_seed != nullptr ? &own : nullptr));
    targets.push_back(labels[text].index_select(0, positions));
  }
  Output output;
  output.logits = at::cat(logits, 0);
  output.loss_sum = at::cross_entropy_loss(output.logits.to(at::kFloat), at::cat(targets, 0), {},
                                           at::Reduction::Sum);
  return output;
}

std::unique_ptr<Metric> MaskedSymbolsTask::metric() const {
  return std::make_unique<MaskedAccuracy>();
}

std::unique_ptr<Task> with_masking(std::unique_ptr<ClassificationTask> rows, double rate) {
  if (rate == 0) return rows;
  return std::make_unique<MaskedSymbolsTask>(std::move(rows), rate);
}

}  // namespace yoso::tasks
