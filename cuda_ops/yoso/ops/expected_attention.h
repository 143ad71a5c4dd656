#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "yoso/ops/api.h"

namespace yoso::ops {

/// YOSO-E attention p(QKᵀ) V, [batch, heads, query length, value_dim]: what sampled_attention
/// estimates, with p(x) = (1 − arccos(x)/π)^bits and x clamped to [−1, 1]. Works in blocks, in
/// O(query length · key length). Not normalised.
///
/// query       [batch, heads, query length, head_dim], rows of unit length
/// key         [batch, heads, key length, head_dim], rows of unit length, same dtype as query
/// value       [batch, heads, key length, value_dim], in the dtype of the result
/// bits        1 … 16
/// query_mask  bool [batch, query length], true for a real token; other rows of the result are 0
/// key_mask    bool [batch, key length], true for a real token; other keys add nothing
/// gradient    what reaches query and key, by the weight of a pair:
///             "exact"        dp/dx, with x clamped to ±(1 − 1e-4) where it would grow without
///             bound "lower_bound"  p(x) · bits/2, the paper's surrogate
///
/// Masked rows are never read. Throws c10::Error naming the argument that does not fit.
YOSO_API at::Tensor expected_attention(const at::Tensor& query, const at::Tensor& key,
                                       const at::Tensor& value, int64_t bits,
                                       const std::optional<at::Tensor>& query_mask = {},
                                       const std::optional<at::Tensor>& key_mask = {},
                                       std::string_view gradient = "exact");

}  // namespace yoso::ops
