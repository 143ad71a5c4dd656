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

/// A block of queries with their pairs, products, and the weights of pairs and cells. One worker's
/// memory, used for block after block.
template <class T>
class Block {
 public:
  explicit Block(const Head<T>& head);

  /// Lists the pairs of `count` queries from `first` on, and all products.
  void find(int64_t first, int64_t count);

  /// The largest exponent of a query, what its weights are shifted by.
  T shift(int64_t row) const;

  /// Weights of pairs and cells, shifted by `shifts`; with slopes f′ for the backward.
  void weigh(const T* shifts, bool with_slopes);

  const int32_t* list(int64_t row) const { return list_.data() + begin_[row]; }
  int64_t size(int64_t row) const { return begin_[row + 1] - begin_[row]; }
  const T* products(int64_t row) const { return x_.data() + begin_[row]; }
  const T* weights(int64_t row) const { return weights_.data() + begin_[row]; }
  const T* slopes(int64_t row) const { return slopes_.data() + begin_[row]; }
  /// Whether the sum of the weights is raised to that of the pairs' values.
  bool raised(int64_t row) const { return raised_[row]; }
  /// Z of a query, tail included.
  T weight_sum(int64_t row) const { return weight_sum_[row]; }

  /// Of cells, [rows, tail.width]: products, and f′ there.
  const T* cell_products(int64_t row) const { return y_.data() + row * head_.tail.width; }
  const T* cell_slopes(int64_t row) const { return cell_slopes_.data() + row * head_.tail.width; }
  /// [rows, combined_width()]: offsets of cells, then slope · query, to be multiplied by tail.sums.
  const T* combined(int64_t row = 0) const { return combined_.data() + row * combined_width(); }
  int64_t combined_width() const { return head_.tail.width + head_.queries.x_width; }
  /// The slope f′ at a query's product with the mean key, and f″ there.
  T slope(int64_t row) const { return slope_[row]; }
  T curvature(int64_t row) const { return curvature_[row]; }
  const PairFinder::Origins& origins() const { return origins_; }

 private:
  void weigh_cells(const T* shifts, bool with_slopes);

  const Head<T>& head_;
  int64_t first_ = 0, count_ = 0;
  PairFinder::Scratch scratch_;
  PairFinder::Origins origins_;
  std::vector<int64_t> begin_;
  std::vector<int32_t> list_;
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
