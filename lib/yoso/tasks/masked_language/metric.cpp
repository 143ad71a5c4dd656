#include "yoso/tasks/masked_language/metric.h"

#include <ATen/ops/argmax.h>
#include <ATen/ops/eq.h>
#include <ATen/ops/sum.h>

#include <algorithm>
#include <cmath>

namespace yoso::tasks {

void MaskedLanguageMetric::Mean::add(const at::Tensor& loss_sum, const at::Tensor& logits,
                                     const at::Tensor& labels) {
  if (labels.size(0) == 0) return;  // argmax refuses an empty row
  loss += loss_sum.item<double>();
  correct += logits.argmax(-1).eq(labels).sum().item<int64_t>();
  count += labels.size(0);
}

double MaskedLanguageMetric::Mean::mean_loss() const {
  return loss / static_cast<double>(std::max<int64_t>(count, 1));
}

double MaskedLanguageMetric::Mean::accuracy() const {
  return static_cast<double>(correct) / static_cast<double>(std::max<int64_t>(count, 1));
}

void MaskedLanguageMetric::add(const Output& output, const batching::Batch& batch) {
  tokens_.add(output.loss_sum, output.logits, batch.targets);
  if (!pairs_.empty()) {
    labels_.add(output.auxiliary_loss_sum, output.auxiliary_logits, batch.labels);
  }
}

Scores MaskedLanguageMetric::result() const {
  Scores scores = {{"masked_accuracy", tokens_.accuracy()},
                   {"perplexity", std::exp(tokens_.mean_loss())},
                   {"mlm_loss", tokens_.mean_loss()}};
  if (!pairs_.empty()) {
    scores.emplace_back(pairs_ + "_accuracy", labels_.accuracy());
    scores.emplace_back(pairs_ + "_loss", labels_.mean_loss());
  }
  return scores;
}

}  // namespace yoso::tasks
