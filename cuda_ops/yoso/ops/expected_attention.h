#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "yoso/ops/api.h"

namespace yoso::ops {

/// YOSO-E attention p(Q Kᵀ) V, the expectation of sampled_attention over random hyperplanes ("You
/// Only Sample (Almost) Once", Zeng et al. 2021, section 3): p(x) = (1 − arccos(x)/π)^bits, the
/// probability that two codes collide, with x clamped to [−1, 1]. Works in blocks: time
/// O(query length · key length), but never a matrix of that size. Rows of the result are not
/// normalised.
///
/// query       [batch, heads, query length, head_dim], float64 (CPU only), float32, bfloat16 or
///             float16; rows of unit length, which is not checked
/// key         [batch, heads, key length, head_dim], in the dtype of query; rows of unit length
/// value       [batch, heads, key length, value_dim], one of the same dtypes
/// bits        of a code, 1 … 16
/// query_mask  bool [batch, query length], true for a valid row; other rows of the result are 0
/// key_mask    bool [batch, key length], true for a valid row; other keys add nothing
/// gradient    which gradient reaches query and key; a pair (i, j) counts with the weight
///             "exact"        dp/dx at x = query_i · key_j; the factor that grows without bound is
///                            taken at x clamped to ±(1 − 1e-4)
///             "lower_bound"  p(x) · bits/2, the surrogate of the paper (section 3.3)
/// returns     [batch, heads, query length, value_dim], in the dtype of value; sums are in float32,
///             or in float64 where query or value is
///
/// Masked rows are never read. Second derivatives throw.
/// Throws c10::Error naming the argument and the two values that disagree.
YOSO_API at::Tensor expected_attention(const at::Tensor& query, const at::Tensor& key,
                                       const at::Tensor& value, int64_t bits,
                                       const std::optional<at::Tensor>& query_mask = {},
                                       const std::optional<at::Tensor>& key_mask = {},
                                       std::string_view gradient = "exact");

}  // namespace yoso::ops
