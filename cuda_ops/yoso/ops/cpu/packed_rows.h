#pragma once

#include <cstdint>
#include <initializer_list>

#include "yoso/ops/cpu/buffer.h"
#include "yoso/ops/cpu/head_group.h"
#include "yoso/ops/cpu/row_access.h"
#include "yoso/ops/cpu/simd/kernels.h"

namespace yoso::ops::cpu {

/// What packed rows hold, T or bfloat16: half the cache where all tensors are bfloat16. Null
/// readers do not count.
template <class T>
Element stored_type(std::initializer_list<const RowReader*> readers) {
  for (const RowReader* rows : readers)
    if (rows != nullptr && rows->type() != Element::bfloat16)
      return sizeof(T) == sizeof(double) ? Element::float64 : Element::float32;
  return Element::bfloat16;
}

/// Width of a packed row.
inline int64_t packed_width(int64_t width, Element type) {
  return round_up(width, type == Element::bfloat16 ? 2 * kSlice : kSlice);
}

/// The valid rows of one side of a group of heads, one behind the other.
class PackedRows {
 public:
  PackedRows(const HeadGroup& heads, Side side, int64_t width, Element type)
      : heads_(heads),
        side_(side),
        row_bytes_(width * size_of(type)),
        width_(width),
        type_(type),
        rows_(*heads.memory, heads.count * heads.max_rows(side) * row_bytes_) {}

  const char* data(int64_t head, int64_t row = 0) const {
    return rows_.data() + (head * heads_.max_rows(side_) + row) * row_bytes_;
  }
  int64_t row_bytes() const { return row_bytes_; }
  Element type() const { return type_; }

  /// Fills columns [column, column + columns) from a tensor, in parallel; zeros past its width.
  void fill(const RowReader& reader, int64_t column, int64_t columns) {
    constexpr int64_t kRows = 64;  // at a time
    for_row_blocks(heads_, side_, kRows, [&] {
      return [&](int64_t head, int64_t first, int64_t count) {
        char* const rows = rows_.data() + (head * heads_.max_rows(side_) + first) * row_bytes_ +
                           column * size_of(type_);
        reader.read_as(type_, heads_.range(side_, head, first, count, 0, columns), rows, width_);
      };
    });
  }

 private:
  const HeadGroup& heads_;
  Side side_;
  int64_t row_bytes_, width_;
  Element type_;
  Buffer<char> rows_;
};

}  // namespace yoso::ops::cpu
