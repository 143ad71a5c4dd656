#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>

#include "yoso/ops/arguments.h"

namespace yoso::ops {

/// Checks the arguments that both attentions share: query, key, value, bits, masks and, in the
/// backward, `grad`, the gradient of the result (null in the forward). Throws c10::Error.
void check_attention(const Arguments& check, const at::Tensor* grad, const at::Tensor& query,
                     const at::Tensor& key, const at::Tensor& value, int64_t bits,
                     const std::optional<at::Tensor>& query_mask,
                     const std::optional<at::Tensor>& key_mask);

}  // namespace yoso::ops
