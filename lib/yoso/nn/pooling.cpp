#include "yoso/nn/pooling.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace yoso::nn {

at::Tensor pool(const at::Tensor& hidden, const at::Tensor& mask, Pooling pooling,
                int64_t padded_length) {
  if (pooling != Pooling::mean) return hidden.select(1, 0);
  const at::ScalarType type = hidden.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
  if (!mask.defined() && padded_length == 0)
    return hidden.mean(1, /*keepdim=*/false, type).to(hidden.scalar_type());
  const at::Tensor valid =
      mask.defined() ? hidden.masked_fill(mask.logical_not().unsqueeze(-1), 0) : hidden;
  const at::Tensor sum = valid.sum(1, /*keepdim=*/false, type);
  if (padded_length > 0) return (sum / static_cast<double>(padded_length)).to(hidden.scalar_type());
  const at::Tensor count = mask.sum(1, /*keepdim=*/true).clamp_min(1);
  return (sum / count).to(hidden.scalar_type());
}

std::pair<at::Tensor, at::Tensor> prepend_cls(const at::Tensor& ids, const at::Tensor& mask,
                                              int64_t id, int64_t max_length) {
  const int64_t batch = ids.size(0);
  const int64_t kept = std::min(ids.size(1), max_length - 1);
  at::Tensor longer = at::cat({ids.new_full({batch, 1}, id), ids.narrow(1, 0, kept)}, 1);
  if (!mask.defined()) return {longer, mask};
  return {longer, at::cat({mask.new_ones({batch, 1}), mask.narrow(1, 0, kept)}, 1)};
}

}  // namespace yoso::nn
