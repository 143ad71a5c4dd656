#pragma once

#include <cstdint>

#include "yoso/ops/kernels/device.h"

// What the launchers of kernels take: raw pointers, sizes, strides.

namespace yoso::ops::kernels {

/// The type of the elements of a tensor of rows.
enum class Element { float32, bfloat16, float16 };

/// A [batch, heads, length, width] tensor: any strides, but each row's elements lie side by side.
struct Rows {
  const void* data;
  int64_t batch_stride, head_stride, row_stride;  // in elements
  int64_t width;
};

/// Consecutive (batch, head) pairs that are worked on together; `place` counts within them.
struct Places {
  int64_t heads;
  int64_t first;  // batch index · heads + head of place 0
  int64_t count;
};

}  // namespace yoso::ops::kernels
