#include "yoso/ops/cpu/exact_pairs/block.h"

#include <algorithm>

namespace yoso::ops::cpu {
namespace {

/// f″ from f′: of exp the same; of r^τ, r = 1 − θ/π, f′ = τ u f with u = 1/((π − θ) sin θ), and
/// f″ = f′ ((τ − 1) u + x / sin²θ). Beyond the clamp of f′ its factor is constant.
template <class T>
T curvature_of(const PairKernel& kernel, T x, T value, T slope) {
  if (kernel.softmax) return slope;
  constexpr T kClamp = T(1) - T(1e-4);
  const T u = value > 0 ? slope / (value * static_cast<T>(kernel.bits)) : T(0);
  if (x > kClamp || x < -kClamp) return slope * static_cast<T>(kernel.bits) * u;
  return slope * (static_cast<T>(kernel.bits - 1) * u + x / ((1 - x) * (1 + x)));
}

}  // namespace

template <class T>
Block<T>::Block(const Head<T>& head) : head_(head), begin_(kBlockRows + 1, 0) {
  const int64_t width = head.tail.width;
  y_.resize(kBlockRows * width);
  cell_slopes_.resize(kBlockRows * width);
  combined_.resize(kBlockRows * combined_width());
  mean_products_.assign(kBlockRows, T(0));
  slope_.assign(kBlockRows, T(0));
  curvature_.assign(kBlockRows, T(0));
  weight_sum_.assign(kBlockRows, T(0));
  raised_.assign(kBlockRows, false);
}

template <class T>
void Block<T>::find(int64_t first, int64_t count) {
  first_ = first;
  count_ = count;
  const Tail<T>& tail = head_.tail;
  const HeadRows<T>& queries = head_.queries;
  list_.clear();
  for (int64_t r = 0; r < count; ++r) {
    const PairFinder::Found found = head_.finder.find(first + r, scratch_);
    list_.insert(list_.end(), found.keys, found.keys + found.count);
    begin_[r + 1] = static_cast<int64_t>(list_.size());
    origins_ += found.origins;
  }
  x_.resize(list_.size());
  for (int64_t r = 0; r < count; ++r)
    kernels<T>().pair_products({{list(r), size(r), head_.keys.row(0), head_.keys.stride()},
                                queries.row(first + r),
                                0,
                                queries.x_width,
                                x_.data() + begin_[r]});
  if (tail.cells == 0) return;
  kernels<T>().multiply({queries.row(first), queries.stride(), 1, tail.columns.data(), tail.width,
                         y_.data(), tail.width, count, tail.width, queries.x_width, false});
  for (int64_t r = 0; r < count; ++r)
    mean_products_[r] = dot(queries.row(first + r), tail.mean.data(), queries.x_width);
}

template <class T>
T Block<T>::shift(int64_t row) const {
  if (!head_.kernel.softmax) return 0;
  T most = head_.tail.cells > 0 ? mean_products_[row] : size(row) > 0 ? products(row)[0] : T(0);
  for (int64_t e = 0; e < size(row); ++e) most = std::max(most, products(row)[e]);
  for (int64_t c = 0; c < head_.tail.cells; ++c) most = std::max(most, cell_products(row)[c]);
  return most;
}

template <class T>
void Block<T>::weigh(const T* shifts, bool with_slopes) {
  const Tail<T>& tail = head_.tail;
  if (tail.cells > 0) weigh_cells(shifts, with_slopes);
  weights_.resize(list_.size());
  slopes_.resize(with_slopes ? list_.size() : 0);
  for (int64_t r = 0; r < count_; ++r) {
    PairWeights<T> pairs{head_.kernel,
                         list(r),
                         size(r),
                         products(r),
                         tail.cell.data(),
                         tail.cells > 0 ? combined(r) : nullptr,
                         slope_[r],
                         shifts[r],
                         weights_.data() + begin_[r],
                         with_slopes ? slopes_.data() + begin_[r] : nullptr,
                         0,
                         0};
    kernels<T>().pair_weights(pairs);
    weight_sum_[r] = tail.cells > 0 ? weight_sum_[r] + pairs.weight_sum : pairs.weight_sum;
    raised_[r] = tail.cells > 0 && weight_sum_[r] < pairs.value_sum;
    if (raised_[r]) weight_sum_[r] = pairs.value_sum;
  }
}

template <class T>
void Block<T>::weigh_cells(const T* shifts, bool with_slopes) {
  const Tail<T>& tail = head_.tail;
  const int64_t x_width = head_.queries.x_width;
  std::vector<T> shifted(count_), values(count_);
  for (int64_t r = 0; r < count_; ++r) shifted[r] = mean_products_[r] - shifts[r];
  kernels<T>().kernel_values(
      {head_.kernel, shifted.data(), count_, T(0), values.data(), slope_.data()});
  for (int64_t r = 0; r < count_; ++r) {
    curvature_[r] = curvature_of(head_.kernel, mean_products_[r], values[r], slope_[r]);
    T* const row = combined_.data() + r * combined_width();
    CellWeights<T> cells{head_.kernel,
                         cell_products(r),
                         tail.counts.data(),
                         tail.width,
                         slope_[r],
                         shifts[r],
                         row,
                         with_slopes ? cell_slopes_.data() + r * tail.width : nullptr,
                         0};
    kernels<T>().cell_weights(cells);
    weight_sum_[r] = cells.weight_sum;
    const T* const query = head_.queries.row(first_ + r);
    for (int64_t d = 0; d < x_width; ++d) row[tail.width + d] = slope_[r] * query[d];
  }
}

template class Block<float>;
template class Block<double>;

}  // namespace yoso::ops::cpu
