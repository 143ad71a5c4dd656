#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

#include "yoso/ops/api.h"

namespace yoso::ops {

/// Hash codes by random hyperplanes, int32 [batch, heads, hashes, length]: bit t of code m (t = 0
/// the least significant) is 1 where planes[g, m, t]·x ≥ 0. With Gaussian planes two rows at angle
/// θ collide with probability (1 − θ/π)^bits exactly (Charikar 2002).
///
/// x       [batch, heads, length, head_dim], float64, float32, bfloat16 or float16; rows of any
/// norm planes  [groups, hashes, bits, head_dim] of such a dtype, groups 1, heads or batch·heads
///         (row-major), bits 1 … 16
/// mask    bool [batch, length], true for a real token; other rows are not read and get code 0
///
/// A zero row has all bits 1, a NaN coordinate gives bit 0. Codes carry no gradient. Throws
/// c10::Error naming the argument that does not fit.
YOSO_API at::Tensor hyperplane_codes(const at::Tensor& x, const at::Tensor& planes,
                                     const std::optional<at::Tensor>& mask = {});

}  // namespace yoso::ops
