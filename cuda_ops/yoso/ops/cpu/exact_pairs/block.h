#pragma once

#include <cstdint>
#include <vector>

#include "yoso/ops/cpu/exact_pairs/pair_finder.h"
#include "yoso/ops/cpu/exact_pairs/tail.h"

namespace yoso::ops::cpu {

/// A head's rows and what its queries meet.
template <class T>
struct Head {
  const HeadRows<T>& queries;  // scaled, where the kernel is softmax
  const HeadRows<T>& keys;
  const PairFinder& finder;
  const Tail<T>& tail;
  PairKernel kernel;
};

/// Rows whose pairs are worked on together.
inline constexpr int64_t kGatheredRows = 16;

/// A block of queries with their pairs, products, and the weights of pairs and cells. One worker's
/// memory, used for block after block.
template <class T>
class Block {
 public:
  explicit Block(const Head<T>& head);

  /// Lists the pairs of `count` queries from `first` on; products with the means of cells.
  void find(int64_t first, int64_t count);

  // The rest is called for few rows at a time, so that what they gather stays in the cache.

  /// Products of the pairs of rows [row, end) of the block.
  void multiply(int64_t row, int64_t end);

  /// The largest exponent of a query, what its weights are shifted by.
  T shift(int64_t row) const;

  /// Weights of the pairs and cells of rows [row, end), shifted by shifts[row]; with slopes f′ for
  /// the backward.
  void weigh(int64_t row, int64_t end, const T* shifts, bool with_slopes);

  const int32_t* list(int64_t row) const { return found_.keys.data() + found_.begin[row]; }
  int64_t size(int64_t row) const { return found_.begin[row + 1] - found_.begin[row]; }
  /// The pairs of a row, for gathering keys.
  PairList<T> pairs(int64_t row) const {
    return {list(row), size(row), head_.keys.row(0), head_.keys.stride()};
  }
  const T* products(int64_t row) const { return x_.data() + found_.begin[row]; }
  const T* weights(int64_t row) const { return weights_.data() + found_.begin[row]; }
  const T* slopes(int64_t row) const { return slopes_.data() + found_.begin[row]; }
  /// Whether the sum of a query's weights is raised to that of its pairs' values.
  bool raised(int64_t row) const { return raised_[row]; }
  /// Z of a query, tail included.
  T weight_sum(int64_t row) const { return weight_sum_[row]; }

  /// Of cells, [rows, tail.width]: products, and f′ there.
  const T* cell_products(int64_t row) const { return y_.data() + row * head_.tail.width; }
  const T* cell_slopes(int64_t row) const { return cell_slopes_.data() + row * head_.tail.width; }
  /// [rows, tail.sum_rows], to be multiplied by tail.sums: offsets of cells, then slope · query.
  const T* combined(int64_t row = 0) const { return combined_.data() + row * head_.tail.sum_rows; }
  /// The slope f′ at a query's product with the mean key, and f″ there; 0 without a tail.
  T slope(int64_t row) const { return slope_[row]; }
  T curvature(int64_t row) const { return curvature_[row]; }

 private:
  void weigh_cells(int64_t row, int64_t end, const T* shifts, bool with_slopes);

  const Head<T>& head_;
  int64_t first_ = 0;
  PairFinder::Scratch scratch_;
  FoundPairs found_;
  std::vector<T> x_, weights_, slopes_;
  std::vector<T> y_, cell_slopes_, combined_;
  std::vector<T> mean_products_, slope_, curvature_, weight_sum_;
  std::vector<bool> raised_;
};

/// The product of two rows of `width` elements.
template <class T>
T dot(const T* a, const T* b, int64_t width) {
  const int32_t first = 0;
  T product = 0;
  kernels<T>().pair_products({{&first, 1, b, width}, a, 0, width, &product});
  return product;
}

}  // namespace yoso::ops::cpu
