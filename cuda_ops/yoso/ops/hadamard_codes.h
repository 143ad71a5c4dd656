#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>

#include "yoso/ops/api.h"

namespace yoso::ops {

/// The width of the transform, in columns: the smallest power of two ≥ max(head_dim, bits).
YOSO_API int64_t hadamard_dim(int64_t head_dim, int64_t bits);

/// The fewest passes that yield hashes · bits bits: ceil(hashes · bits / hadamard_dim).
YOSO_API int64_t hadamard_passes(int64_t hashes, int64_t bits, int64_t head_dim);

/// Hash codes by HD3, three rounds of random signs and Walsh-Hadamard transforms, in place of the
/// Gaussian hyperplanes of hyperplane_codes (Andoni et al. 2015, "Practical and Optimal LSH for
/// Angular Distance"). Pass p turns a row, zero-padded to hadamard_dim, into
///
///   y = W S₃ W S₂ W S₁ x,   S_r = diag(signs[g, p, r − 1]),
///
/// with W the unscaled ±1 transform in natural (Sylvester) order. With C = ceil(hashes · bits /
/// passes), bit t of hash m (t = 0 the least significant) is number b = t · hashes + m and reads
/// coordinate b mod C of pass b div C: 1 where it is ≥ 0. With passes ≥ bits every bit of a code
/// has a pass of its own; hadamard_passes is the fewest, and the cheapest.
///
/// x        [batch, heads, length, head_dim], float64 (CPU only), float32, bfloat16 or float16;
///          rows of any norm, since a code depends on the direction only
/// signs    int8 [groups, passes, 3, hadamard_dim], each +1 or −1; groups is 1, heads or
///          batch · heads (row-major)
/// hashes   codes of a row, at least 1
/// bits     of a code, 1 … 16
/// mask     bool [batch, length], true for a valid row; other rows are not read and get code 0
/// returns  int32 [batch, heads, hashes, length], codes in [0, 2^bits)
///
/// A zero row has all bits 1, a coordinate that is NaN gives bit 0. Codes carry no gradient.
/// Throws c10::Error naming the argument and the two values that disagree, also where `passes`
/// passes of hadamard_dim bits are too few.
YOSO_API at::Tensor hadamard_codes(const at::Tensor& x, const at::Tensor& signs, int64_t hashes,
                                   int64_t bits, const std::optional<at::Tensor>& mask = {});

}  // namespace yoso::ops
