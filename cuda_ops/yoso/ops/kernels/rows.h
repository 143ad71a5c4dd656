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

/// Consecutive heads that are worked on together. Heads are counted over the whole batch: those of
/// sequence 0, then those of sequence 1 and so on. In kernels `head` counts within the group.
struct HeadGroup {
  int64_t heads_per_sequence;
  int64_t first;  // head 0 of the group, counted over the batch
  int64_t count;
};

}  // namespace yoso::ops::kernels
