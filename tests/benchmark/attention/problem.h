#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace yoso::bench {

/// What the attentions are timed on.
struct Problem {
  std::string inputs;            // "random", "cosine 0.5", "4 directions", "trained, layer 0"
  at::Tensor query, key, value;  // float32 [batch, heads, length, head_dim]
  at::Tensor grad;               // float32, as value: the gradient of the context
  at::Tensor mask;               // bool [batch, length], true for a valid token; undefined: all are
  int64_t bits = 1;              // τ = log2 of the length, rounded up

  int64_t batch() const { return query.size(0); }
  int64_t heads() const { return query.size(1); }
  int64_t length() const { return query.size(2); }
  int64_t real_length() const;
  int64_t head_dim() const { return query.size(3); }
};

struct ProblemShape {
  int64_t batch = 2, heads = 4, length = 512, head_dim = 64;
};

/// Queries and keys that share a direction in every head, with mean cosine `cosine` between any
/// two of them (0: none is shared); normal values.
Problem random_problem(const ProblemShape& shape, double cosine);

/// Queries and keys all within a hair of one of four directions a head: buckets as large as can be.
Problem few_directions_problem(const ProblemShape& shape);

/// Masks all but the first `share` of every sequence, as padding does.
void mask_padding(Problem& problem, double share);

/// One problem for each layer in a file that attention_dump wrote, with rows of queries and keys as
/// they are, or of unit length, as operators want them. DataError.
std::vector<Problem> trained_problems(const std::string& path, bool unit);

}  // namespace yoso::bench
