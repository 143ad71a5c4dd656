#pragma once

#include <array>
#include <memory>
#include <string>

#include "yoso/data/pretraining/corpus.h"
#include "yoso/nn/masked_language_model.h"
#include "yoso/tasks/masked_language/options.h"
#include "yoso/tasks/task.h"

namespace yoso::tasks {

/// The model of a pretraining with a vocabulary of `tokens`. UsageError when model.vocab_size is
/// below that, or model.token_types is 1 with pairs of texts.
std::shared_ptr<nn::MaskedLanguageModelImpl> make_masked_language_model(
    const MaskedLanguageOptions& options, const config::ModelConfig& model,
    const std::vector<config::Tree>& attention, int64_t tokens, uint64_t seed);

/// The text that a pretraining learns from.
struct MaskedLanguageData {
  data::pretraining::Vocabulary vocabulary;
  /// By data::Split; null: there is no such split.
  std::array<std::shared_ptr<const data::pretraining::Corpus>, std::size(data::kSplits)> corpora;
};

/// Predicts masked tokens of running text (RoBERTa) or of pairs of texts and their order (BERT):
/// nn::MaskedLanguageModel, cross-entropy summed over masked tokens, and that of labels as
/// auxiliary loss. Training rows are drawn by (seed, epoch, row), those of other splits are fixed
/// and the same for every seed.
class MaskedLanguageTask : public Task {
 public:
  /// Options resolved. UsageError where a row leaves no place for text; DataError where the
  /// training text is too short for one row.
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

  /// What `forward` makes of a model's outputs.
  static Output loss(const nn::MaskedOutputs& predicted, const batching::Batch& batch);

  std::unique_ptr<Metric> metric() const override;
  std::pair<std::string, bool> main_metric() const override { return {"masked_accuracy", true}; }
  std::string fingerprint() const override;

  /// Share of a split's most frequent token: what always guessing it would score.
  double majority_rate(data::Split split) const override;

 private:
  MaskedLanguageData data_;
  MaskedLanguageOptions options_;
  int64_t max_length_;
  std::array<std::unique_ptr<data::pretraining::SampleSource>, std::size(data::kSplits)> samples_;
};

}  // namespace yoso::tasks
