#include "yoso/ops/cpu/exact_pairs/block.h"

#include <algorithm>
#include <limits>

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
Block<T>::Block(const Head<T>& head) : head_(head) {
  const int64_t width = head.tail.width;
  y_.resize(kBlockRows * width);
  cell_slopes_.resize(kBlockRows * width);
  combined_.resize(kBlockRows * head.tail.sum_rows);
  mean_products_.assign(kBlockRows, T(0));
  raised_.assign(kBlockRows, false);
  slope_.assign(kBlockRows, T(0));
  curvature_.assign(kBlockRows, T(0));
  weight_sum_.assign(kBlockRows, T(0));
}

template <class T>
void Block<T>::find(int64_t first, int64_t count) {
  first_ = first;
  const Tail<T>& tail = head_.tail;
  const HeadRows<T>& queries = head_.queries;
  head_.finder.find(first, count, scratch_, found_);
  const auto size = static_cast<size_t>(found_.begin[count]);
  for (std::vector<T>* values : {&x_, &weights_, &slopes_})
    if (values->size() < size) values->resize(2 * size);
  if (tail.cells == 0) return;
  kernels<T>().multiply({queries.row(first), queries.stride(), 1, tail.columns.data(), tail.width,
                         y_.data(), tail.width, count, tail.width, queries.x_width, false});
  for (int64_t r = 0; r < count; ++r)
    mean_products_[r] = dot(queries.row(first + r), tail.mean.data(), queries.x_width);
}

template <class T>
void Block<T>::multiply(int64_t row, int64_t end) {
  for (int64_t r = row; r < end; ++r)
    kernels<T>().pair_products({pairs(r), head_.queries.row(first_ + r), 0, head_.queries.x_width,
                                x_.data() + found_.begin[r]});
}

template <class T>
T Block<T>::shift(int64_t row) const {
  if (!head_.kernel.softmax) return 0;
  const Tail<T>& tail = head_.tail;
  T most = tail.cells > 0 ? mean_products_[row] : -std::numeric_limits<T>::infinity();
  for (int64_t e = 0; e < size(row); ++e) most = std::max(most, products(row)[e]);
  for (int64_t c = 0; c < tail.cells; ++c)
    most = tail.counts[c] > 0 ? std::max(most, cell_products(row)[c]) : most;
  return most == -std::numeric_limits<T>::infinity() ? T(0) : most;
}

template <class T>
void Block<T>::weigh(int64_t row, int64_t end, const T* shifts, bool with_slopes) {
  const Tail<T>& tail = head_.tail;
  if (tail.cells > 0) weigh_cells(row, end, shifts, with_slopes);
  for (int64_t r = row; r < end; ++r) {
    PairWeights<T> pairs{head_.kernel,
                         list(r),
                         size(r),
                         products(r),
                         tail.cell.data(),
                         tail.cells > 0 ? combined(r) : nullptr,
                         slope_[r],
                         shifts[r],
                         weights_.data() + found_.begin[r],
                         with_slopes ? slopes_.data() + found_.begin[r] : nullptr,
                         0,
                         0};
    kernels<T>().pair_weights(pairs);
    weight_sum_[r] = pairs.weight_sum + (tail.cells > 0 ? weight_sum_[r] : T(0));
    raised_[r] = weight_sum_[r] < pairs.value_sum;
    if (raised_[r]) weight_sum_[r] = pairs.value_sum;
  }
}

template <class T>
void Block<T>::weigh_cells(int64_t row, int64_t end, const T* shifts, bool with_slopes) {
  const Tail<T>& tail = head_.tail;
  const int64_t x_width = head_.queries.x_width;
  T shifted[kBlockRows], values[kBlockRows];
  for (int64_t r = row; r < end; ++r) shifted[r] = mean_products_[r] - shifts[r];
  kernels<T>().kernel_values(
      {head_.kernel, shifted + row, end - row, T(0), values + row, slope_.data() + row});
  for (int64_t r = row; r < end; ++r) {
    curvature_[r] = curvature_of(head_.kernel, mean_products_[r], values[r], slope_[r]);
    T* const offsets = combined_.data() + r * tail.sum_rows;
    CellWeights<T> cells{head_.kernel,
                         cell_products(r),
                         tail.counts.data(),
                         tail.width,
                         slope_[r],
                         shifts[r],
                         offsets,
                         with_slopes ? cell_slopes_.data() + r * tail.width : nullptr,
                         0};
    kernels<T>().cell_weights(cells);
    weight_sum_[r] = cells.weight_sum;
    const T* const query = head_.queries.row(first_ + r);
    for (int64_t d = 0; d < x_width; ++d) offsets[tail.width + d] = slope_[r] * query[d];
  }
}

template class Block<float>;
template class Block<double>;

}  // namespace yoso::ops::cpu
