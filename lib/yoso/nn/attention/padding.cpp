#include "yoso/nn/attention/padding.h"

#include <ATen/ATen.h>

namespace yoso::nn {

at::Tensor usable_keys(const at::Tensor& mask) {
  if (!mask.defined()) return mask;
  return mask.logical_or(mask.any(-1, /*keepdim=*/true).logical_not());
}

std::optional<at::Tensor> key_mask(const at::Tensor& mask) {
  if (!mask.defined()) return std::nullopt;
  return usable_keys(mask).unsqueeze(1).unsqueeze(1);
}

at::Tensor zero_masked(const at::Tensor& x, const at::Tensor& mask) {
  if (!mask.defined()) return x;
  return x.masked_fill(mask.logical_not().unsqueeze(1).unsqueeze(-1), 0);
}

at::Tensor count_valid(const at::Tensor& mask, const at::Tensor& like) {
  if (mask.defined()) return mask.sum(-1);
  return at::full({1}, like.size(2), like.options().dtype(at::kLong));
}

at::Tensor rank_of_valid(const at::Tensor& mask, const at::Tensor& like) {
  if (mask.defined()) return mask.cumsum(-1).sub_(1);
  return at::arange(like.size(2), like.options().dtype(at::kLong)).unsqueeze(0);
}

}  // namespace yoso::nn
