#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <utility>

#include "yoso/config/experiment.h"

namespace yoso::nn {

using config::Pooling;

/// hidden [batch, length, dim] → [batch, dim], sums in float32. `mask` bool [batch, length], true
/// for a valid token; undefined: all are. `padded_length`: the divisor of a mean over the valid
/// tokens (ModelConfig::mean_length); 0: their number.
at::Tensor pool(const at::Tensor& hidden, const at::Tensor& mask, Pooling pooling,
                int64_t padded_length = 0);

/// Puts token `id` before each row of int64 ids [batch, length] and its mask; a batch that is then
/// longer than `max_length` loses its last position.
std::pair<at::Tensor, at::Tensor> prepend_cls(const at::Tensor& ids, const at::Tensor& mask,
                                              int64_t id, int64_t max_length);

}  // namespace yoso::nn
