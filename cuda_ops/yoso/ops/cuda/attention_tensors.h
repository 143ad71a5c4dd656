#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <tuple>

namespace yoso::ops::cuda {

/// A checked call of an attention's backward.
struct AttentionTensors {
  at::Tensor grad, query, key, value;  // [batch, heads, length, width]
  at::Tensor query_mask, key_mask;     // contiguous or undefined
  int64_t bits;
  std::array<bool, 3> needed;  // of query, key, value
};

/// For query, key and value; undefined where not needed.
using AttentionGradients = std::tuple<at::Tensor, at::Tensor, at::Tensor>;

}  // namespace yoso::ops::cuda
