#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

#include "yoso/ops/api.h"

namespace yoso::ops {

/// Hash codes by random hyperplanes: bit t of code m (t = 0 the least significant) is 1 where
/// planes[g, m, t] · x ≥ 0. With Gaussian planes two rows at angle θ have the same code (collide)
/// with probability (1 − θ/π)^bits exactly (Charikar 2002, "Similarity Estimation Techniques from
/// Rounding Algorithms"; YOSO, Zeng et al. 2021, section 3).
///
/// x        [batch, heads, length, head_dim], float64 (CPU only), float32, bfloat16 or float16;
///          rows of any norm, since a code depends on the direction only
/// planes   [groups, hashes, bits, head_dim], one of the same dtypes; groups is 1, heads or
///          batch · heads (row-major), bits is 1 … 16; products are summed in float32, or in
///          float64 where x or planes is
/// mask     bool [batch, length], true for a valid row; other rows are not read and get code 0
/// returns  int32 [batch, heads, hashes, length], codes in [0, 2^bits)
///
/// A zero row has all bits 1, a NaN product gives bit 0. Codes carry no gradient.
/// Throws c10::Error naming the argument and the two values that disagree.
YOSO_API at::Tensor hyperplane_codes(const at::Tensor& x, const at::Tensor& planes,
                                     const std::optional<at::Tensor>& mask = {});

}  // namespace yoso::ops
