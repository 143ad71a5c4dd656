#pragma once

#include <cstdint>
#include <string>

#include "yoso/tasks/task.h"

namespace yoso::tasks {

/// Scores of masked tokens and, where there are pairs, of their labels (PAIRS is sop or nsp):
///   masked_accuracy   fraction of masked tokens that are predicted
///   perplexity        e to the power of mlm_loss
///   mlm_loss          mean cross-entropy of a masked token, in nats
///   PAIRS_accuracy    fraction of pairs whose label is predicted
///   PAIRS_loss        mean cross-entropy of a pair's label, in nats
class MaskedLanguageMetric : public Metric {
 public:
  /// `pairs`: prefix of the names of the labels' scores (sop or nsp); empty: there are no pairs.
  explicit MaskedLanguageMetric(std::string pairs) : pairs_(std::move(pairs)) {}

  void add(const Output& output, const batching::Batch& batch) override;
  Scores result() const override;

 private:
  struct Mean {
    double loss = 0;
    int64_t correct = 0, count = 0;

    void add(const at::Tensor& loss_sum, const at::Tensor& logits, const at::Tensor& labels);
    double mean_loss() const;
    double accuracy() const;
  };
  std::string pairs_;
  Mean tokens_, labels_;
};

}  // namespace yoso::tasks
