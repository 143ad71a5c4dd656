#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>

namespace yoso::nn {

/// How attentions keep masked tokens out of their results. Masks are bool [batch, length], true for
/// a valid token; undefined: all are.

/// The mask, but all true in a row without any valid token: such a row attends to its padding, as a
/// softmax over nothing is NaN. Undefined stays undefined.
at::Tensor usable_keys(const at::Tensor& mask);

/// usable_keys as scaled_dot_product_attention takes it, [batch, 1, 1, length].
std::optional<at::Tensor> key_mask(const at::Tensor& mask);

/// x [batch, heads, length, head_dim] with zeros at masked positions, which get no gradient then.
at::Tensor zero_masked(const at::Tensor& x, const at::Tensor& mask);

/// Valid tokens of every row, int64 [batch], or [1] for all rows alike where the mask is undefined.
/// `like` [batch, heads, length, head_dim] gives length and device.
at::Tensor count_valid(const at::Tensor& mask, const at::Tensor& like);

/// Position of every token among the valid ones of its row, int64 [batch, length] or [1, length];
/// for a masked token that of the last valid one before it, −1 where there is none.
at::Tensor rank_of_valid(const at::Tensor& mask, const at::Tensor& like);

}  // namespace yoso::nn
