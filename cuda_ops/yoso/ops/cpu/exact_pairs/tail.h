#pragma once

#include <cstdint>
#include <vector>

#include "yoso/ops/cpu/exact_pairs/head_rows.h"

namespace yoso::ops::cpu {

/// The keys of a segment parted into cells, and their sums: what the tail of exact_pairs_attention
/// needs (yoso/ops/exact_pairs_attention.h). All sums run over keys in order of their positions, in
/// blocks of fixed size.
template <class T>
struct Tail {
  /// `keys` hold keys and values. No cells: an empty tail.
  Tail(const HeadRows<T>& keys, int64_t cells);

  int64_t cells;  // at most the number of keys
  int64_t width;  // cells, in whole slices
  int64_t x_width, y_width;
  std::vector<int32_t> cell;  // of a key
  std::vector<T> counts;      // [width] keys of a cell
  std::vector<T> centres;     // [width, x_width] mean keys of cells
  std::vector<T> columns;     // [x_width, width] the same transposed
  std::vector<T> sums;        // [width + x_width, y_width] Σ v of each cell, then Σ k vᵀ of all
  std::vector<T> sum_columns;  // [y_width, width + x_width] the same transposed
  std::vector<T> key_sum;      // [x_width]
  std::vector<T> mean;         // [x_width] mean key

 private:
  void assign(const HeadRows<T>& keys);
  void add_up(const HeadRows<T>& keys);
};

}  // namespace yoso::ops::cpu
