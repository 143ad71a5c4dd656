#pragma once

#include "yoso/ops/cpu/exponential.h"
#include "yoso/ops/cpu/simd/collision-inl.h"
#include "yoso/ops/cpu/simd/kernels.h"
#include "yoso/ops/cpu/simd/pairs-inl.h"
#include "yoso/ops/cpu/simd/vector.h"

// The rows of a query's pairs are gathered: a pair costs one product and one scaled sum forward, two
// products and a sum for the query and two sums for the key backward. The kernel's values are
// computed for kChunk pairs at a time, in vectors.

namespace yoso::ops::cpu {
namespace {

/// The largest exponent of a weight: one that large only comes up beside a divisor that it cancels
/// against.
template <class T>
constexpr T kLargestExponent = sizeof(T) == sizeof(float) ? 80 : 700;

/// f and f′ of kChunk products.
template <class T>
inline void values_of(const PairKernel& kernel, const T* x, T shift, T* f, T* slopes) {
  if (kernel.softmax) {
    for (int64_t i = 0; i < kChunk; ++i) {
      const T exponent = x[i] - shift;
      f[i] = exponential(exponent > kLargestExponent<T> ? kLargestExponent<T> : exponent);
    }
    if (slopes != nullptr)
      for (int64_t i = 0; i < kChunk; ++i) slopes[i] = f[i];
    return;
  }
  probability(x, kernel.bits, f);
  if (slopes == nullptr) return;
  exact_weight(x, kernel.bits, slopes);
  for (int64_t i = 0; i < kChunk; ++i) slopes[i] *= f[i];
}

template <class T>
void kernel_values(const KernelValues<T>& v) {
  for (int64_t i = 0; i < v.count; i += kChunk) {
    const int64_t used = smaller(kChunk, v.count - i);
    T x[kChunk] = {}, f[kChunk], slopes[kChunk];
    copy(v.x + i, used, x);
    values_of(v.kernel, x, v.shift, f, v.slopes != nullptr ? slopes : static_cast<T*>(nullptr));
    copy(f, used, v.values + i);
    if (v.slopes != nullptr) copy(slopes, used, v.slopes + i);
  }
}

template <class T>
inline T sum_of(const T* parts) {
  T sum = 0;
  for (int64_t i = 0; i < kChunk; ++i) sum += parts[i];
  return sum;
}

template <class T>
void cell_weights(CellWeights<T>& c) {
  T sums[kChunk] = {};
  for (int64_t i = 0; i < c.width; i += kChunk) {
    const int64_t used = smaller(kChunk, c.width - i);
    T y[kChunk] = {}, counts[kChunk] = {}, f[kChunk], slopes[kChunk];
    copy(c.y + i, used, y);
    copy(c.counts + i, used, counts);
    values_of(c.kernel, y, c.shift, f, c.slopes != nullptr ? slopes : static_cast<T*>(nullptr));
    for (int64_t k = 0; k < kChunk; ++k) sums[k] += counts[k] * f[k];
    for (int64_t k = 0; k < kChunk; ++k) f[k] -= c.slope * y[k];
    copy(f, used, c.offsets + i);
    if (c.slopes != nullptr) copy(slopes, used, c.slopes + i);
  }
  c.weight_sum = sum_of(sums);
}

template <class T>
void cell_gradient(CellGradient<T>& c) {
  T sums[kSlice] = {};
  for (int64_t i = 0; i < c.width; i += kSlice)
    for (int64_t k = 0; k < kSlice; ++k) {
      sums[k] += c.grads[i + k] * c.y[i + k];
      c.grads[i + k] *= c.slopes[i + k] - c.slope;
    }
  c.product_sum = 0;
  for (T sum : sums) c.product_sum += sum;
}

template <class T>
inline void rows_of(const PairList<T>& pairs, int64_t first, int64_t count, const T** rows) {
  for (int64_t e = 0; e < count; ++e) rows[e] = pairs.rows + pairs.list[first + e] * pairs.stride;
}

template <class T>
void pair_products(const PairProducts<T>& p) {
  for (int64_t first = 0; first < p.pairs.count; first += kChunk) {
    const int64_t count = smaller(kChunk, p.pairs.count - first);
    const T* rows[kChunk];
    T products[kChunk];
    rows_of(p.pairs, first, count, rows);
    for (int64_t e = count; e % 4 != 0; ++e) rows[e] = rows[0];  // whole fours; not used
    for (int64_t e = 0; e < count; e += 4)
      dot4<T, T>(p.own, rows + e, p.column, p.width, products + e);
    copy(products, count, p.products + first);
  }
}

template <class T>
void pair_combination(const PairCombination<T>& p) {
  for (int64_t first = 0; first < p.pairs.count; first += kChunk) {
    const int64_t count = smaller(kChunk, p.pairs.count - first);
    const T* rows[kChunk];
    rows_of(p.pairs, first, count, rows);
    add_rows<T, true, T>(rows, p.weights + first, count, p.column, p.width, p.sum);
  }
}

template <class T>
void pair_weights(PairWeights<T>& p) {
  T values[kChunk] = {}, weights[kChunk] = {};
  for (int64_t first = 0; first < p.count; first += kChunk) {
    const int64_t count = smaller(kChunk, p.count - first);
    T x[kChunk] = {}, f[kChunk], slopes[kChunk], tail[kChunk] = {};
    copy(p.x + first, count, x);
    values_of(p.kernel, x, p.shift, f, p.slopes != nullptr ? slopes : static_cast<T*>(nullptr));
    if (p.offsets != nullptr) {
      for (int64_t e = 0; e < count; ++e) tail[e] = p.offsets[p.cells[p.list[first + e]]];
      for (int64_t e = 0; e < kChunk; ++e) tail[e] = f[e] - (tail[e] + p.slope * x[e]);
    } else {
      for (int64_t e = 0; e < kChunk; ++e) tail[e] = f[e];
    }
    for (int64_t e = count; e < kChunk; ++e) f[e] = tail[e] = 0;
    for (int64_t e = 0; e < kChunk; ++e) {
      values[e] += f[e];
      weights[e] += tail[e];
    }
    copy(tail, count, p.weights + first);
    if (p.slopes != nullptr) copy(slopes, count, p.slopes + first);
  }
  p.value_sum = sum_of(values);
  p.weight_sum = sum_of(weights);
}

template <class T>
void largest_scores(const LargestScores<T>& s) {
  for (int64_t row = 0; row < s.rows; row += kTileRows) {
    T best[kTileRows];
    int32_t index[kTileRows] = {};
    copy(s.scores + row, kTileRows, best);
    for (int64_t c = 1; c < s.candidates; ++c) {
      const T* const scores = s.scores + c * s.stride + row;
      for (int64_t lane = 0; lane < kTileRows; ++lane) {
        const bool larger = scores[lane] > best[lane];
        best[lane] = larger ? scores[lane] : best[lane];
        index[lane] = larger ? static_cast<int32_t>(c) : index[lane];
      }
    }
    copy(index, kTileRows, s.largest + row);
  }
}

}  // namespace
}  // namespace yoso::ops::cpu
