#pragma once

#include <memory>

#include "yoso/data/pretraining/masking.h"
#include "yoso/tasks/classification.h"

namespace yoso::tasks {

/// Self-pretraining on a classification task's own inputs (Amos et al. 2024, "Never Train from
/// Scratch"): a fraction of each example's symbols is replaced by a mask, and the model predicts
/// the symbols at the masked positions. The checkpoint then starts the classifier through
/// `model.init_from`; give both the same model.vocab_size. Which symbols are masked depends on
/// (epoch, index of the example) alone.
class MaskedSymbolsTask : public Task {
 public:
  /// Masks the fraction `rate`, in (0, 1), of the symbols, at least one of each example.
  MaskedSymbolsTask(std::unique_ptr<ClassificationTask> rows, double rate);

  int64_t size(data::Split split) const override { return rows_->size(split); }

  /// The classifier's batch with the mask's id at the masked positions. Its labels, int64 [batch,
  /// length] (of a pair: both lengths added), hold the original symbol there and kUnmasked
  /// elsewhere.
  batching::Batch batch(data::Split split, std::span<const int64_t> indices, int64_t epoch,
                        int64_t first_row) const override;
  std::vector<int32_t> lengths(data::Split split) const override { return rows_->lengths(split); }

  /// One more than the classifier's, for the mask.
  int64_t vocab_size() const override { return rows_->vocab_size() + 1; }
  std::shared_ptr<torch::nn::Module> make_model(const config::ModelConfig& model,
                                                const std::vector<config::Tree>& attention,
                                                uint64_t seed) const override;
  Output forward(torch::nn::Module& model, const batching::Batch& batch,
                 const nn::HashSeed* hash_seed) const override;
  std::unique_ptr<Metric> metric() const override;
  std::pair<std::string, bool> main_metric() const override { return {"masked_accuracy", true}; }
  std::string fingerprint() const override { return rows_->fingerprint(); }
  double majority_rate(data::Split /*split*/) const override { return 0; }

  static constexpr int64_t kUnmasked = -100;

 private:
  at::Tensor mask_some(at::Tensor& ids, const at::Tensor& mask, std::span<const int64_t> indices,
                       uint64_t key) const;

  std::unique_ptr<ClassificationTask> rows_;
  data::pretraining::Vocabulary symbols_;
  data::pretraining::Masking masking_;
};

/// The task itself for a rate of 0, else its self-pretraining (MaskedSymbolsTask).
std::unique_ptr<Task> with_masking(std::unique_ptr<ClassificationTask> rows, double rate);

}  // namespace yoso::tasks
