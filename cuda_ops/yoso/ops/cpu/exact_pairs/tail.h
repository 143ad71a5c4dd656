#pragma once

#include <cstdint>
#include <vector>

#include "yoso/ops/cpu/exact_pairs/head_rows.h"

namespace yoso::ops::cpu {

/// The keys of a segment parted into cells, and their sums: what the tail of exact_pairs_attention
/// needs (yoso/ops/exact_pairs_attention.h). A linear tail has one cell. All sums run over keys in
/// order of their positions, in blocks of fixed size.
template <class T>
struct Tail {
  /// `keys` hold keys and values. A key belongs to the cell of the nearest of the keys `seeds`, the
  /// first of equals; no seeds: no tail.
  Tail(const HeadRows<T>& keys, const std::vector<int32_t>& seeds);

  int64_t cells;
  int64_t width;  // cells, in whole slices
  int64_t x_width, y_width;
  int64_t sum_rows;            // width + x_width, or 0
  std::vector<int32_t> cell;   // of a key
  std::vector<T> counts;       // [width] keys of a cell
  std::vector<T> centres;      // [width, x_width] mean keys of cells
  std::vector<T> columns;      // [x_width, width] the same transposed
  std::vector<T> sums;         // [sum_rows, y_width] Σ v of each cell, then Σ k vᵀ of all
  std::vector<T> sum_columns;  // [y_width, sum_rows] the same transposed
  std::vector<T> key_sum;      // [x_width]
  std::vector<T> mean;         // [x_width] mean key

 private:
  void assign(const HeadRows<T>& keys, const std::vector<int32_t>& seeds);
  void add_up(const HeadRows<T>& keys);
};

}  // namespace yoso::ops::cpu
