#include "yoso/ops/meta/attention_meta.h"

#include <ATen/ops/empty.h>

namespace yoso::ops {

at::Tensor attention_meta(const at::Tensor& query, const at::Tensor& value) {
  return at::empty_symint(
      {query.sym_size(0), query.sym_size(1), query.sym_size(2), value.sym_size(3)},
      value.options());
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> attention_backward_meta(
    const at::Tensor& query, const at::Tensor& key, const at::Tensor& value, bool need_query,
    bool need_key, bool need_value) {
  const auto like = [](const at::Tensor& input, bool needed) {
    return needed ? at::empty_symint(input.sym_sizes(), input.options()) : at::Tensor();
  };
  return {like(query, need_query), like(key, need_key), like(value, need_value)};
}

}  // namespace yoso::ops
