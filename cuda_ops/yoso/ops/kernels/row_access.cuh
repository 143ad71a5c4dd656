#pragma once

#include "yoso/ops/kernels/rows.h"

// How kernels read the tensors of rows.h.

namespace yoso::ops::kernels {

/// Calls launch(zero) with a zero of the type and returns what it returns.
template <class Launch>
cudaError_t for_element(Element element, const Launch& launch) {
  switch (element) {
    case Element::float32:
      return launch(float{});
    case Element::bfloat16:
      return launch(bfloat16{});
    case Element::float16:
      return launch(float16{});
  }
  return cudaErrorInvalidValue;
}

/// Row 0 of a head.
template <class T>
__device__ inline const T* head_rows(const Rows& rows, const HeadGroup& heads, int64_t head) {
  const int64_t in_batch = heads.first + head;
  return static_cast<const T*>(rows.data) +
         in_batch / heads.heads_per_sequence * rows.batch_stride +
         in_batch % heads.heads_per_sequence * rows.head_stride;
}

/// Row 0 of a head in a contiguous [batch, heads, length, width] tensor.
template <class T>
__device__ inline T* head_rows(void* data, const HeadGroup& heads, int64_t head, int64_t length,
                               int64_t width) {
  return static_cast<T*>(data) + (heads.first + head) * length * width;
}

/// A head's part of a mask [batch, length]; null where there is no mask.
__device__ inline const bool* head_mask(const bool* mask, const HeadGroup& heads, int64_t head,
                                        int64_t length) {
  return mask == nullptr ? nullptr
                         : mask + (heads.first + head) / heads.heads_per_sequence * length;
}

/// Whether a mask (null: none) leaves a row.
__device__ inline bool is_valid(const bool* mask, int64_t row) {
  return mask == nullptr || mask[row];
}

template <class T>
struct Unpack;
template <>
struct Unpack<bfloat16> {
  __device__ static void two(uint32_t word, float* to) {
    to[0] = bits_to_float(word << 16);
    to[1] = bits_to_float(word & 0xffff0000u);
  }
};
template <>
struct Unpack<float16> {
  __device__ static void two(uint32_t word, float* to) {
    to[0] = half_bits_to_float(static_cast<uint16_t>(word));
    to[1] = half_bits_to_float(static_cast<uint16_t>(word >> 16));
  }
};

/// Whether rows of this address, stride and width can be read eight elements at a time.
template <class T>
__device__ inline bool reads_by_eight(const T* rows, int64_t row_stride, int64_t width) {
  return width % 8 == 0 && row_stride * sizeof(T) % 16 == 0 &&
         reinterpret_cast<uintptr_t>(rows) % 16 == 0;
}

/// Elements [column, column + 8) of a row, zeros from `width` on.
template <class T>
__device__ inline void load_eight(const T* row, int64_t column, int64_t width, bool by_eight,
                                  float* to) {
  if (column >= width) {
#pragma unroll
    for (int i = 0; i < 8; ++i) to[i] = 0;
  } else if (by_eight) {
    if constexpr (sizeof(T) == 4) {
      const uint4 low = load_16_bytes(row + column), high = load_16_bytes(row + column + 4);
      to[0] = bits_to_float(low.x), to[1] = bits_to_float(low.y), to[2] = bits_to_float(low.z),
      to[3] = bits_to_float(low.w), to[4] = bits_to_float(high.x), to[5] = bits_to_float(high.y),
      to[6] = bits_to_float(high.z), to[7] = bits_to_float(high.w);
    } else {
      const uint4 all = load_16_bytes(row + column);
      Unpack<T>::two(all.x, to);
      Unpack<T>::two(all.y, to + 2);
      Unpack<T>::two(all.z, to + 4);
      Unpack<T>::two(all.w, to + 6);
    }
  } else {
#pragma unroll
    for (int i = 0; i < 8; ++i) to[i] = column + i < width ? to_float(row[column + i]) : 0.0f;
  }
}

}  // namespace yoso::ops::kernels
