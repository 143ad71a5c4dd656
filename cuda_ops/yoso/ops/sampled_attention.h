#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "yoso/ops/api.h"

namespace yoso::ops {

/// YOSO-m attention B̄ V, the sampled estimate of expected_attention ("You Only Sample (Almost)
/// Once", Zeng et al. 2021, section 3). B̄_ij is the fraction of hashes in which query i and key j
/// collide, that is have the same code. Rows of the result are not normalised.
///
/// query        [batch, heads, query length, head_dim], float64 (CPU only), float32, bfloat16 or
///              float16; rows of unit length, which is not checked
/// key          [batch, heads, key length, head_dim], in the dtype of query; rows of unit length
/// value        [batch, heads, key length, value_dim], one of the same dtypes
/// query_codes  int32 [batch, heads, hashes, query length], in [0, 2^bits)
/// key_codes    int32 [batch, heads, hashes, key length], in [0, 2^bits)
/// bits         of a code, 1 … 16
/// query_mask   bool [batch, query length], true for a valid row; other rows of the result are 0
/// key_mask     bool [batch, key length], true for a valid row; other keys add nothing
/// gradient     which gradient reaches query and key; a pair (i, j) counts with the weight
///              "lower_bound"           B̄_ij · bits/2, the surrogate of the paper (section 3.3)
///              "unbiased"              B̄_ij · bits / ((π − θ) sin θ), θ = arccos(x) with
///                                      x = query_i · key_j clamped to ±(1 − 1e-4); its mean over
///                                      hashes is dp/dx
///              "expected_lower_bound"  p(query_i · key_j) · bits/2, and p for value instead of B̄;
///                                      dense, O(query length · key length)
/// returns      [batch, heads, query length, value_dim], in the dtype of value; sums are in
///              float32, or in float64 where query or value is
///
/// Masked rows and codes are never read. Second derivatives throw.
/// Throws c10::Error naming the argument and the two values that disagree. Codes outside
/// [0, 2^bits) are an error on a CPU; a GPU uses their low bits, unless YOSO_CHECK=1 is set in the
/// environment, which makes it check them too.
YOSO_API at::Tensor sampled_attention(const at::Tensor& query, const at::Tensor& key,
                                      const at::Tensor& value, const at::Tensor& query_codes,
                                      const at::Tensor& key_codes, int64_t bits,
                                      const std::optional<at::Tensor>& query_mask = {},
                                      const std::optional<at::Tensor>& key_mask = {},
                                      std::string_view gradient = "lower_bound");

}  // namespace yoso::ops
