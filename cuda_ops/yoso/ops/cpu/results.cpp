#include "yoso/ops/cpu/results.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

namespace yoso::ops::cpu {

at::Tensor new_rows(at::IntArrayRef sizes, const at::TensorOptions& options,
                    const std::optional<at::Tensor>& mask) {
  return mask && mask->defined() ? at::zeros(sizes, options) : at::empty(sizes, options);
}

Gradients::Gradients(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                     const std::optional<at::Tensor>& query_mask,
                     const std::optional<at::Tensor>& key_mask, std::array<bool, 3> needed) {
  const at::Tensor inputs[] = {query, key, value};
  for (int i = 0; i < 3; ++i) {
    if (!needed[i]) continue;
    tensors_[i] = new_rows(inputs[i].sizes(), inputs[i].options(), i == 0 ? query_mask : key_mask);
    writers_[i].emplace(tensors_[i]);
  }
}

}  // namespace yoso::ops::cpu
