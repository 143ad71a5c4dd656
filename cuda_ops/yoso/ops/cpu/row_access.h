#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "yoso/ops/cpu/simd/kernels.h"

namespace yoso::ops::cpu {

/// Some columns of some rows of one head: where packed rows come from or go to.
struct RowRange {
  int64_t sequence;          // index in the batch
  int64_t head_in_sequence;  // index among its heads
  const int32_t* positions;  // [count]
  int64_t count;
  int64_t column;   // the first one
  int64_t columns;  // may pass the row's end: what is read there is zero
};

/// Reads rows of a [batch, heads, length, width] tensor of any floating dtype and strides as T,
/// float or double.
class RowReader {
 public:
  explicit RowReader(const at::Tensor& tensor);

  int64_t width() const { return width_; }
  Element type() const { return type_; }

  /// Rows of elements of `type`, float, double or the tensor's own, `stride` elements apart.
  void read_as(Element type, const RowRange& range, void* to, int64_t stride) const;

  /// to[r, c] at to[r · stride + c].
  template <class T>
  void read(const RowRange& range, T* to, int64_t stride) const;

  /// to[c, r] at to[c · stride + r], with zeros up to `padded_count` rows.
  template <class T>
  void read_transposed(const RowRange& range, T* to, int64_t stride, int64_t padded_count) const;

 private:
  const char* data_;
  Element type_;
  int64_t strides_[4];  // in bytes
  int64_t width_;
};

/// Writes rows of a contiguous [batch, heads, length, width] tensor of any floating dtype, from T.
class RowWriter {
 public:
  explicit RowWriter(const at::Tensor& tensor);

  int64_t width() const { return width_; }

  /// The rows' value times `factor`; columns past the row's end are left out.
  template <class T>
  void write(const RowRange& range, const T* from, int64_t stride, T factor) const;

 private:
  char* data_;
  Element type_;
  int64_t heads_;
  int64_t length_;
  int64_t width_;
};

}  // namespace yoso::ops::cpu
