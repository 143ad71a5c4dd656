#include "yoso/nn/pooling.h"

#include <ATen/ATen.h>

namespace yoso::nn {

Pooling parse_pooling(const std::string& name) {
  if (name == "mean") return Pooling::mean;
  TORCH_CHECK(name == "first", "unknown pooling ", name);
  return Pooling::first;
}

at::Tensor pool(const at::Tensor& hidden, const at::Tensor& mask, Pooling pooling) {
  if (pooling == Pooling::first) return hidden.select(1, 0);
  const at::ScalarType type = hidden.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
  if (!mask.defined()) return hidden.mean(1, /*keepdim=*/false, type).to(hidden.scalar_type());
  const at::Tensor sum =
      hidden.masked_fill(mask.logical_not().unsqueeze(-1), 0).sum(1, /*keepdim=*/false, type);
  const at::Tensor count = mask.sum(1, /*keepdim=*/true).clamp_min(1);
  return (sum / count).to(hidden.scalar_type());
}

}  // namespace yoso::nn
