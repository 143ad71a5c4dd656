#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>

#include "yoso/ops/api.h"

namespace yoso::ops {

/// The width of the transform: the smallest power of two ≥ max(head_dim, bits).
YOSO_API int64_t hadamard_dim(int64_t head_dim, int64_t bits);

/// The fewest passes that yield hashes·bits bits: ceil(hashes·bits / hadamard_dim).
YOSO_API int64_t hadamard_passes(int64_t hashes, int64_t bits, int64_t head_dim);

/// Hash codes by three rounds of random signs and Walsh-Hadamard transforms (HD3), int32
/// [batch, heads, hashes, length]. Pass p turns a row, zero-padded to hadamard_dim, into
/// W S₃ W S₂ W S₁ x with S_r = diag(signs[g, p, r − 1]) and W the unscaled transform in natural
/// order. With C = ceil(hashes·bits / passes), bit t of hash m is number b = t·hashes + m and reads
/// coordinate b mod C of pass b div C: 1 where it is ≥ 0. With passes ≥ bits every bit of a code
/// has a pass of its own; hadamard_passes is the fewest.
///
/// x       [batch, heads, length, head_dim], float64, float32, bfloat16 or float16; rows of any
/// norm signs   int8 ±1 [groups, passes, 3, hadamard_dim], groups 1, heads or batch·heads
/// (row-major) bits    1 … 16 mask    bool [batch, length], true for a real token; other rows are
/// not read and get code 0
///
/// A zero row has all bits 1, a NaN coordinate gives bit 0. Codes carry no gradient. Throws
/// c10::Error naming the argument that does not fit.
YOSO_API at::Tensor hadamard_codes(const at::Tensor& x, const at::Tensor& signs, int64_t hashes,
                                   int64_t bits, const std::optional<at::Tensor>& mask = {});

}  // namespace yoso::ops
