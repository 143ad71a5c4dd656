#pragma once

#include <array>
#include <memory>
#include <string>

#include "yoso/data/pretraining/corpus.h"
#include "yoso/nn/masked_language_model.h"
#include "yoso/tasks/masked_language/options.h"
#include "yoso/tasks/task.h"

namespace yoso::tasks {

/// The model of a pretraining run with a vocabulary of `tokens` tokens. UsageError when
/// model.vocab_size is below that, or model.token_types is 1 with pairs of texts.
std::shared_ptr<nn::MaskedLanguageModelImpl> make_masked_language_model(
    const MaskedLanguageOptions& options, const config::ModelConfig& model,
    const std::vector<config::Tree>& attention, int64_t tokens, uint64_t seed);

/// The text that a pretraining run learns from.
struct MaskedLanguageData {
  data::pretraining::Vocabulary vocabulary;
  /// By data::Split; null: there is no such split.
  std::array<std::shared_ptr<const data::pretraining::Corpus>, std::size(data::kSplits)> corpora;
};

/// Predicts masked tokens of running text (RoBERTa, Liu et al. 2019) or of pairs of texts and
/// whether these are in their order (BERT, Devlin et al. 2019; ALBERT, Lan et al. 2020):
/// nn::MaskedLanguageModel, cross-entropy summed over masked tokens, and that of the pairs' labels
/// as auxiliary loss. Training samples depend on (seed, epoch, index) alone. Samples of other
/// splits are fixed and the same for every seed.
class MaskedLanguageTask : public Task {
 public:
  /// `options` are resolved. UsageError when `max_length` leaves no room for text; DataError when
  /// the training text is too short for one sample.
  MaskedLanguageTask(MaskedLanguageData data, const MaskedLanguageOptions& options,
                     int64_t max_length, uint64_t seed);

  int64_t size(data::Split split) const override;
  batching::Batch batch(data::Split split, std::span<const int64_t> indices, int64_t epoch,
                        int64_t first_row) const override;
  int64_t vocab_size() const override { return data_.vocabulary.size; }

  /// make_masked_language_model.
  std::shared_ptr<torch::nn::Module> make_model(const config::ModelConfig& model,
                                                const std::vector<config::Tree>& attention,
                                                uint64_t seed) const override;
  Output forward(torch::nn::Module& model, const batching::Batch& batch,
                 const nn::HashSeed* hash_seed) const override;

  /// The logits and the summed losses of a model's outputs, as `forward` returns them.
  static Output loss(const nn::MaskedOutputs& predicted, const batching::Batch& batch);

  std::unique_ptr<Metric> metric() const override;
  std::pair<std::string, bool> main_metric() const override { return {"masked_accuracy", true}; }
  std::string fingerprint() const override;

  /// Fraction of a split's tokens that are its most frequent token: the accuracy of always
  /// predicting it.
  double majority_rate(data::Split split) const override;

 private:
  MaskedLanguageData data_;
  MaskedLanguageOptions options_;
  int64_t max_length_;
  std::array<std::unique_ptr<data::pretraining::SampleSource>, std::size(data::kSplits)> samples_;
};

}  // namespace yoso::tasks
