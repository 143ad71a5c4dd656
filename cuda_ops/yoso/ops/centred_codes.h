#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>

#include "yoso/ops/api.h"

namespace yoso::ops {

/// hadamard_codes of rows less the mean of the valid rows of their sequence, or of their document:
/// codes for exact_pairs_attention. What all rows share would put most of them into few buckets.
///
/// x        [batch, heads, length, head_dim], one of float64, float32, bfloat16, float16
/// signs, hashes, bits, mask   as hadamard_codes takes them (yoso/ops/hadamard_codes.h)
/// document int32 [batch, length], as exact_pairs_attention takes it
/// returns  int32 [batch, heads, hashes, length], codes in [0, 2^bits)
///
/// A mean is summed in order of position, so that padding changes no bit of a code. Codes carry no
/// gradient. CPU only. Throws c10::Error naming the argument and the two values that disagree.
YOSO_API at::Tensor centred_codes(const at::Tensor& x, const at::Tensor& signs, int64_t hashes,
                                  int64_t bits, const std::optional<at::Tensor>& mask = {},
                                  const std::optional<at::Tensor>& document = {});

}  // namespace yoso::ops
