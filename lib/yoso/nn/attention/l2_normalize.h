#pragma once

#include <ATen/core/Tensor.h>

namespace yoso::nn {

/// Rows divided by max(‖row‖, 1e-12) along the last dimension; norms in float32 (float64 for
/// float64), result in x's dtype. A zero row stays zero and has a zero gradient: a row of YOSO
/// attention without any collision would otherwise multiply its gradient by 1e12.
///
/// On a CPU the forward and the backward pass are one pass over memory each. For x
/// [batch, heads, length, head_dim] the result is laid out in memory as
/// [batch, length, heads, head_dim], so that heads merge without a copy; a second derivative is a
/// c10::Error.
at::Tensor l2_normalize(const at::Tensor& x);

}  // namespace yoso::nn
