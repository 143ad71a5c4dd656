#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "benchmark/attention/candidate.h"
#include "benchmark/attention/result.h"

namespace yoso::bench {

/// The contexts of the dense attentions, YOSO-E and softmax, for some queries.
class DenseContexts {
 public:
  explicit DenseContexts(const Problem& problem);

  /// Mean cosine of the context's rows to those of a dense attention; 0 to none.
  double cosine(const at::Tensor& context, Dense dense) const;

 private:
  at::Tensor queries_;         // int64 [queries]: positions
  at::Tensor yoso_, softmax_;  // [batch, heads, queries, head_dim]
};

/// Times a candidate forward, and forward with backward, each for about `budget_s` seconds, once at
/// least.
Result measure_candidate(const Candidate& candidate, const Problem& problem, at::ScalarType type,
                         const DenseContexts& dense, double budget_s);

}  // namespace yoso::bench
