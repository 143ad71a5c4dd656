#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "benchmark/attention/candidate.h"
#include "benchmark/attention/result.h"

namespace yoso::bench {

/// The context of YOSO-E for some queries, to compare contexts with.
class Expectation {
 public:
  explicit Expectation(const Problem& problem);

  /// Mean cosine of the context's rows to the expected ones.
  double cosine(const at::Tensor& context) const;

 private:
  at::Tensor queries_;   // int64 [queries]: positions
  at::Tensor expected_;  // [batch, heads, queries, head_dim]
};

/// Times a candidate forward, and forward with backward, each for about `budget_s` seconds, once at
/// least.
Result measure_candidate(const Candidate& candidate, const Problem& problem, at::ScalarType type,
                         const Expectation& expectation, double budget_s);

}  // namespace yoso::bench
