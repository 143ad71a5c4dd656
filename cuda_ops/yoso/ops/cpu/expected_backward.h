#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <optional>
#include <tuple>

#include "yoso/ops/gradient.h"

namespace yoso::ops::cpu {

/// Gradients for query, key and value of the dense expectation, those needed (checked arguments).
/// Gradient::exact weighs pairs by the derivative of p, the others by bits/2 (the surrogate). Also
/// the backward that sampled_attention takes for "expected_lower_bound".
std::tuple<at::Tensor, at::Tensor, at::Tensor> expected_backward(
    const at::Tensor& grad, const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
    int64_t bits, const std::optional<at::Tensor>& query_mask,
    const std::optional<at::Tensor>& key_mask, Gradient gradient, std::array<bool, 3> needed);

}  // namespace yoso::ops::cpu
