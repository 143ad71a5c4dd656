#pragma once

#include <ATen/core/Tensor.h>

#include <tuple>

namespace yoso::ops {

/// An attention's result without storage: [batch, heads, query length, value_dim] in value's dtype.
at::Tensor attention_meta(const at::Tensor& query, const at::Tensor& value);

/// The gradients that are needed, each like its input; the others undefined.
std::tuple<at::Tensor, at::Tensor, at::Tensor> attention_backward_meta(
    const at::Tensor& query, const at::Tensor& key, const at::Tensor& value, bool need_query,
    bool need_key, bool need_value);

}  // namespace yoso::ops
