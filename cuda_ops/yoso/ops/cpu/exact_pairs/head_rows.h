#pragma once

#include <ATen/Parallel.h>

#include <algorithm>
#include <cstdint>

#include "yoso/ops/cpu/exact_pairs/segments.h"
#include "yoso/ops/cpu/row_access.h"
#include "yoso/ops/cpu/simd/kernels.h"

namespace yoso::ops::cpu {

/// Rows that one worker takes at a time.
inline constexpr int64_t kBlockRows = 64;

/// Calls work(first, count) for blocks of up to `size` of `rows` rows, in parallel where the caller
/// does not itself run in parallel; each worker calls a `work` of its own, made by make_work().
template <class MakeWork>
void for_blocks(int64_t rows, int64_t size, const MakeWork& make_work) {
  at::parallel_for(0, (rows + size - 1) / size, 1, [&](int64_t begin, int64_t end) {
    auto work = make_work();
    for (int64_t block = begin; block < end; ++block)
      work(block * size, std::min(size, rows - block * size));
  });
}

/// One side of a segment in one head: its rows one behind the other, x columns (query or key), then
/// y columns (gradient or value), each padded with zeros to whole slices.
template <class T>
class HeadRows {
 public:
  /// Elements of memory that `count` rows take.
  static int64_t elements(int64_t count, int64_t x_columns, int64_t y_columns) {
    return round_up(count, kBlockRows) *
           (round_up(x_columns, kSlice) + round_up(y_columns, kSlice));
  }

  /// Rows in `memory`, elements() of it.
  HeadRows(const Segment& segment, int64_t head, Side side, int64_t x_columns, int64_t y_columns,
           T* memory)
      : x_width(round_up(x_columns, kSlice)),
        y_width(round_up(y_columns, kSlice)),
        segment_(segment),
        head_(head),
        side_(side),
        rows_(memory) {}

  int64_t count() const { return segment_.count[side_]; }
  int64_t stride() const { return x_width + y_width; }
  T* row(int64_t number) { return rows_ + number * stride(); }
  const T* row(int64_t number) const { return rows_ + number * stride(); }

  /// Reads columns from a tensor: the x or the y columns of rows [first, first + count).
  void read_x(const RowReader& from, int64_t first, int64_t count) {
    from.read(range(first, count, x_width), row(first), stride());
  }
  void read_y(const RowReader& from, int64_t first, int64_t count) {
    from.read(range(first, count, y_width), row(first) + x_width, stride());
  }
  /// Where rows [first, first + count) lie in a tensor; `columns` may pass its width.
  RowRange range(int64_t first, int64_t count, int64_t columns) const {
    return {segment_.sequence, head_, segment_.positions[side_] + first, count, 0, columns};
  }

  const int64_t x_width, y_width;

 private:
  const Segment& segment_;
  int64_t head_;
  Side side_;
  T* rows_;
};

}  // namespace yoso::ops::cpu
