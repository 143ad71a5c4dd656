#pragma once

#include <algorithm>
#include <cstdint>

#include "yoso/ops/cpu/bucket_lists.h"
#include "yoso/ops/cpu/buffer.h"
#include "yoso/ops/cpu/simd/kernels.h"

namespace yoso::ops::cpu {

/// Rows of one side, x then y, as T or as what the tensors hold.
struct StoredRows {
  const char* data;
  Element type;
  int64_t width;

  /// `count` columns of a row, converted
  template <class T>
  void read(int64_t row, int64_t column, int64_t count, T* to) const {
    kernels<T>().widen(data + (row * width + column) * size_of(type), type, count, to);
  }
};

/// Adds the shares of large buckets to the sums of one side, a few columns at a time.
template <class T>
class LargeBucketSums {
 public:
  static constexpr int64_t kColumns = 32;  // at a time

  explicit LargeBucketSums(const BucketCost& cost)
      : x_width_(cost.x_width),
        y_width_(cost.y_width),
        matrix_(y_width_ * kColumns),
        x_(kRows * kColumns),
        y_(kRows * y_width_) {}

  /// `order` and `rows` (x, then y) are those of both sides; adds y_rᵀ S with S = Σ_s y_s x_sᵀ over
  /// a bucket's rows of the other side to columns [column, column + kColumns) of `grads` [rows of
  /// side, x_width].
  template <class Index>
  void add_grads(const LargeBucket& bucket, Side side, const Index* const order[2],
                 const StoredRows rows[2], int64_t column, T* grads) {
    const int64_t columns = std::min(kColumns, x_width_ - column);
    const Side from = other(side);
    const Index* partners = order[from] + bucket.begin[from];
    for (int64_t first = 0; first < bucket.count[from]; first += kRows) {
      const int64_t count = std::min<int64_t>(kRows, bucket.count[from] - first);
      for (int64_t s = 0; s < count; ++s) {
        const int64_t row = partners[first + s];
        rows[from].read(row, column, columns, x_.data() + s * columns);
        rows[from].read(row, x_width_, y_width_, y_.data() + s * y_width_);
      }
      kernels<T>().multiply({y_.data(), 1, y_width_, x_.data(), columns, matrix_.data(), columns,
                             y_width_, columns, count, /*accumulate=*/first > 0});
    }
    const Index* receivers = order[side] + bucket.begin[side];
    for (int64_t first = 0; first < bucket.count[side]; first += kRows) {
      const int64_t count = std::min<int64_t>(kRows, bucket.count[side] - first);
      for (int64_t r = 0; r < count; ++r)
        rows[side].read(receivers[first + r], x_width_, y_width_, y_.data() + r * y_width_);
      kernels<T>().multiply({y_.data(), y_width_, 1, matrix_.data(), columns, x_.data(), columns,
                             count, columns, y_width_, /*accumulate=*/false});
      for (int64_t r = 0; r < count; ++r)
        kernels<T>().add(x_.data() + r * columns, columns,
                         grads + receivers[first + r] * x_width_ + column);
    }
  }

  /// The same for Σ_s y_s, to columns of `sums` [rows of side, y_width].
  template <class Index>
  void add_sums(const LargeBucket& bucket, Side side, const Index* const order[2],
                const StoredRows rows[2], int64_t column, T* sums) {
    const int64_t columns = std::min(kColumns, y_width_ - column);
    const Side from = other(side);
    const Index* partners = order[from] + bucket.begin[from];
    std::fill_n(x_.data(), columns, T(0));
    for (int64_t s = 0; s < bucket.count[from]; ++s) {
      rows[from].read(partners[s], x_width_ + column, columns, y_.data());
      kernels<T>().add(y_.data(), columns, x_.data());
    }
    const Index* receivers = order[side] + bucket.begin[side];
    for (int64_t r = 0; r < bucket.count[side]; ++r)
      kernels<T>().add(x_.data(), columns, sums + receivers[r] * y_width_ + column);
  }

 private:
  static constexpr int64_t kRows = 64;  // gathered at a time

  int64_t x_width_, y_width_;
  Buffer<T> matrix_, x_, y_;
};

}  // namespace yoso::ops::cpu
