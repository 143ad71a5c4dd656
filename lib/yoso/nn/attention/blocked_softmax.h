#pragma once

#include <ATen/core/Tensor.h>

namespace yoso::nn {

/// dropout(softmax(Q Kᵀ / sqrt(head_dim))) V on a CPU. LibTorch's scaled_dot_product_attention
/// computes the same, but with dropout it holds all n² weights several times over and samples their
/// dropout on one thread. Here blocks of query rows stay in the cache, only the log of each row's
/// sum is kept for the backward pass, and which weights are dropped is a pure function of their
/// position and of one number taken from LibTorch's generator. Results do not depend on the number
/// of threads.
///
/// query, key, value [batch, heads, length, head_dim] of one type (float32, float64, bfloat16; cast
/// to autocast's type where that is on); `usable` bool [batch, length], true for keys that count,
/// at least one a row, or undefined; `dropout` in [0, 1) → context of the same shape. c10::Error
/// for a second derivative.
at::Tensor blocked_softmax(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                           const at::Tensor& usable, double dropout);

/// Whether blocked_softmax takes tensors of this device and type.
bool has_blocked_softmax(const at::Tensor& query);

}  // namespace yoso::nn
