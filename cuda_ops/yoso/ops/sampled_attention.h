#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "yoso/ops/api.h"

namespace yoso::ops {

/// YOSO-m attention B̄ V, [batch, heads, query length, value_dim], where B̄_ij is the share of hashes
/// in which query i and key j have the same code ("You Only Sample (Almost) Once", Zeng et al.
/// 2021, section 3). Not normalised.
///
/// query        [batch, heads, query length, head_dim], rows of unit length
/// key          [batch, heads, key length, head_dim], rows of unit length, same dtype as query
/// value        [batch, heads, key length, value_dim], in the dtype of the result
/// query_codes  int32 [batch, heads, hashes, query length], in [0, 2^bits)
/// key_codes    int32 [batch, heads, hashes, key length], in [0, 2^bits)
/// bits         1 … 16
/// query_mask   bool [batch, query length], true for a real token; other rows of the result are 0
/// key_mask     bool [batch, key length], true for a real token; other keys add nothing
/// gradient     what reaches query and key, by the weight of a pair:
///              "lower_bound"           B̄ · bits/2, the paper's surrogate
///              "unbiased"              B̄ · bits/((π − θ) sin θ), whose mean over hashes is dp/dx
///              "expected_lower_bound"  p(x) · bits/2, and p(x) for value: dense, O(length²)
///
/// Masked rows and codes are never read. Throws c10::Error naming the argument that does not fit.
YOSO_API at::Tensor sampled_attention(const at::Tensor& query, const at::Tensor& key,
                                      const at::Tensor& value, const at::Tensor& query_codes,
                                      const at::Tensor& key_codes, int64_t bits,
                                      const std::optional<at::Tensor>& query_mask = {},
                                      const std::optional<at::Tensor>& key_mask = {},
                                      std::string_view gradient = "lower_bound");

}  // namespace yoso::ops
