#include "yoso/nn/attention/l2_normalize.h"

#include <ATen/ATen.h>

namespace yoso::nn {

at::Tensor l2_normalize(const at::Tensor& x) {
  const at::ScalarType type = x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
  const at::Tensor norm = at::linalg_vector_norm(x, 2, at::IntArrayRef{-1}, /*keepdim=*/true, type);
  // The factor norm > 0 is for the gradient: the reciprocal at a zero row is 1e12.
  return (x * (norm.clamp_min(1e-12).reciprocal() * norm.gt(0))).to(x.scalar_type());
}

}  // namespace yoso::nn
