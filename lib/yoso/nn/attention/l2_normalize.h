#pragma once

#include <ATen/core/Tensor.h>

namespace yoso::nn {

/// Rows divided by max(‖row‖, 1e-12) along the last dimension; norms in float32 (float64 for
/// float64), result in x's dtype. A zero row stays zero and sends no gradient: a row of YOSO
/// attention without any collision would otherwise pass its own on 1e12-fold.
///
/// On a CPU one pass over memory a direction. Of x [batch, heads, length, head_dim] the result lies
/// in memory as [batch, length, heads, head_dim], so that heads merge without a copy. A second
/// derivative throws there.
at::Tensor l2_normalize(const at::Tensor& x);

}  // namespace yoso::nn
