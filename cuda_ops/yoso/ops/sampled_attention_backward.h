#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>

namespace yoso::ops {

/// The gradients of sampled_attention for query, key and value, each like its input, from
/// `grad`, the gradient of its result [batch, heads, query length, value_dim]. Those not needed are
/// left undefined. Throws c10::Error as sampled_attention does. Private: only autograd calls it.
std::tuple<at::Tensor, at::Tensor, at::Tensor> sampled_attention_backward(
    const at::Tensor& grad, const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
    const at::Tensor& query_codes, const at::Tensor& key_codes, int64_t bits,
    const std::optional<at::Tensor>& query_mask, const std::optional<at::Tensor>& key_mask,
    std::string_view gradient, bool need_query, bool need_key, bool need_value);

}  // namespace yoso::ops
