#include "yoso/tasks/masked_language/task.h"

#include <ATen/core/Reduction.h>
#include <ATen/ops/cross_entropy_loss.h>

#include <algorithm>
#include <utility>

#include "yoso/batching/masked_batch.h"
#include "yoso/data/pretraining/unigram.h"
#include "yoso/nn/masked_language_model.h"
#include "yoso/tasks/masked_language/metric.h"
#include "yoso/util/checksum.h"
#include "yoso/util/error.h"

namespace yoso::tasks {
namespace {

size_t index_of(data::Split split) { return static_cast<size_t>(split); }

/// In float32 also under autocast: the sum over a batch would lose digits in half precision.
at::Tensor summed_loss(const at::Tensor& logits, const at::Tensor& labels) {
  return at::cross_entropy_loss(logits.to(at::kFloat), labels, {}, at::Reduction::Sum);
}

}  // namespace

MaskedLanguageTask::MaskedLanguageTask(MaskedLanguageData data,
                                       const MaskedLanguageOptions& options, int64_t max_length,
                                       uint64_t seed)
    : data_(std::move(data)), options_(options), max_length_(max_length) {
  for (const data::Split split : data::kSplits) {
    const auto& corpus = data_.corpora[index_of(split)];
    if (corpus == nullptr) continue;
    // What is scored is the same in every run, so that runs can be compared.
    samples_[index_of(split)] = options_.samples(*corpus, data_.vocabulary, max_length,
                                                 split == data::Split::train ? seed : 0);
  }
  if (size(data::Split::train) == 0) {
    throw DataError("corpus: the text for training is shorter than one row of " +
                    std::to_string(max_length) + " tokens");
  }
}

int64_t MaskedLanguageTask::size(data::Split split) const {
  const auto& samples = samples_[index_of(split)];
  const int64_t size = samples == nullptr ? 0 : samples->size();
  const bool limited = split == data::Split::dev && options_.dev_samples > 0;
  return limited ? std::min(size, options_.dev_samples) : size;
}

batching::Batch MaskedLanguageTask::batch(data::Split split, std::span<const int64_t> indices,
                                          int64_t epoch, int64_t first_row) const {
  std::vector<data::pretraining::Sample> samples;
  samples.reserve(indices.size());
  for (const int64_t index : indices) {
    samples.push_back(samples_[index_of(split)]->sample(index, epoch));
  }
  return batching::masked_batch(samples, data_.vocabulary.pad, first_row);
}

std::shared_ptr<nn::MaskedLanguageModelImpl> make_masked_language_model(
    const MaskedLanguageOptions& options, const config::ModelConfig& model,
    const std::vector<config::Tree>& attention, int64_t tokens, uint64_t seed) {
  const int64_t vocab_size = model.vocab_size.value_or(tokens);
  if (vocab_size < tokens) {
    throw UsageError("model.vocab_size: " + std::to_string(vocab_size) +
                     ", but the tokenizer has " + std::to_string(tokens) + " tokens");
  }
  if (options.has_pairs() && model.token_types == 1) {
    throw UsageError("model.token_types: 1, but pairs of texts need 2 (or 0: not told apart)");
  }
  return std::make_shared<nn::MaskedLanguageModelImpl>(model, attention, vocab_size,
                                                       options.sentence_labels(), seed);
}

std::shared_ptr<torch::nn::Module> MaskedLanguageTask::make_model(
    const config::ModelConfig& model, const std::vector<config::Tree>& attention,
    uint64_t seed) const {
  return make_masked_language_model(options_, model, attention, vocab_size(), seed);
}

Output MaskedLanguageTask::forward(torch::nn::Module& model, const batching::Batch& batch,
                                   const nn::HashSeed* hash_seed) const {
  auto& language_model = dynamic_cast<nn::MaskedLanguageModelImpl&>(model);
  const nn::MaskedOutputs predicted = language_model.forward({.input_ids = batch.input_ids,
                                                              .token_types = batch.token_types,
                                                              .mask = batch.mask,
                                                              .masked = batch.masked,
                                                              .hash_seed = hash_seed});
  return loss(predicted, batch);
}

Output MaskedLanguageTask::loss(const nn::MaskedOutputs& predicted, const batching::Batch& batch) {
  Output output;
  output.logits = predicted.token_logits;
  output.loss_sum = summed_loss(output.logits, batch.targets);
  if (predicted.sentence_logits.defined()) {
    output.auxiliary_logits = predicted.sentence_logits;
    output.auxiliary_loss_sum = summed_loss(output.auxiliary_logits, batch.labels);
  }
  return output;
}

std::unique_ptr<Metric> MaskedLanguageTask::metric() const {
  const std::string pairs = options_.pairs == data::pretraining::PairTask::order ? "sop" : "nsp";
  return std::make_unique<MaskedLanguageMetric>(options_.has_pairs() ? pairs : "");
}

std::string MaskedLanguageTask::fingerprint() const {
  Checksum sum;
  sum.add(data_.vocabulary.fingerprint);
  sum.add(" " + std::to_string(max_length_));
  for (const auto& corpus : data_.corpora) sum.add(corpus ? " " + corpus->fingerprint() : " none");
  return sum.text();
}

double MaskedLanguageTask::majority_rate(data::Split split) const {
  const auto& corpus = data_.corpora[index_of(split)];
  if (corpus == nullptr) return 0;
  return data::pretraining::unigram(*corpus, data_.vocabulary.size).accuracy;
}

}  // namespace yoso::tasks
