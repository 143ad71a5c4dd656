#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace yoso::nn {

/// Positions that need no parameters. Pair i of d dimensions, (2i, 2i + 1), has the frequency
/// 10000^(−2i/d); an odd dimension at the end has only the first number of its pair.

/// sin and cos of position·frequency in the two dimensions of each pair (Vaswani et al. 2017,
/// section 3.5): [length, dim] for hidden [..., length, dim], in its type and on its device.
at::Tensor sinusoidal_positions(int64_t length, const at::Tensor& hidden);

/// Rows of x [batch, heads, length, head_dim] rotated by their positions: each pair of dimensions
/// by the angle position·frequency (Su et al. 2021, RoFormer, equation 34). The product of two
/// rotated rows depends on the distance of their positions only. An odd last dimension stays as it
/// is.
at::Tensor rotate_by_position(const at::Tensor& x);

}  // namespace yoso::nn
