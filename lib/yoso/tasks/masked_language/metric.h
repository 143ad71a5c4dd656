#pragma once

#include <cstdint>
#include <string>

#include "yoso/tasks/task.h"

namespace yoso::tasks {

/// Scores of masked tokens and, where there are pairs, of their labels: `masked_accuracy`,
/// `perplexity` (e to the mean loss of a masked token), `mlm_loss`, and `PAIRS_accuracy`,
/// `PAIRS_loss` with PAIRS = sop or nsp.
class MaskedLanguageMetric : public Metric {
 public:
  /// `pairs`: prefix of the names of the labels' scores; empty: there are none.
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
