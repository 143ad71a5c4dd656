#pragma once

#include "yoso/ops/cpu/simd/collision-inl.h"
#include "yoso/ops/cpu/simd/kernels.h"
#include "yoso/ops/cpu/simd/vector.h"

namespace yoso::ops::cpu {
namespace {

/// products[i] = a · rows[i] for four rows.
template <class T>
inline void dot4(const T* a, const T* const rows[4], int64_t column, int64_t width, T* products) {
  Vector<T> sums[4] = {};
  for (int64_t c = column; c < column + width; c += kLanes<T>) {
    const Vector<T> factor = load<T>(a + c);
    for (int i = 0; i < 4; ++i) sums[i] += factor * load<T>(rows[i] + c);
  }
  sum4(sums, products);
}

/// out += Σ_e coefficients[e] rows[e] (Σ_e rows[e] without) on kVectors vectors of columns held in
/// registers.
template <class T, int kVectors, bool kScaled>
inline void add_columns(const T* const* rows, const T* coefficients, int64_t count, int64_t column,
                        T* out) {
  Vector<T> sums[kVectors];
  for (int v = 0; v < kVectors; ++v) sums[v] = load<T>(out + v * kLanes<T>);
  for (int64_t e = 0; e < count; ++e)
    for (int v = 0; v < kVectors; ++v) {
      const Vector<T> row = load<T>(rows[e] + column + v * kLanes<T>);
      if constexpr (kScaled)
        sums[v] += coefficients[e] * row;
      else
        sums[v] += row;
    }
  for (int v = 0; v < kVectors; ++v) store<T>(out + v * kLanes<T>, sums[v]);
}

template <class T, bool kScaled>
inline void add_rows(const T* const* rows, const T* coefficients, int64_t count, int64_t column,
                     int64_t width, T* out) {
  int64_t c = 0;
  for (; c + 4 * kLanes<T> <= width; c += 4 * kLanes<T>)
    add_columns<T, 4, kScaled>(rows, coefficients, count, column + c, out + c);
  for (; c < width; c += kLanes<T>)
    add_columns<T, 1, kScaled>(rows, coefficients, count, column + c, out + c);
}

template <class T>
void pair_sum(const PairSum<T>& p) {
  const int64_t width = p.x_width + p.y_width;
  for (int64_t first = 0; first < p.partner_count; first += kChunk) {
    const int64_t count = smaller(kChunk, p.partner_count - first);
    const T* rows[kChunk];
    for (int64_t e = 0; e < count; ++e) rows[e] = p.others + p.partners[first + e] * width;
    if (p.sum != nullptr)
      add_rows<T, false>(rows, nullptr, count, p.x_width, p.y_width, p.sum);
    if (p.grad == nullptr) continue;
    T coefficients[kChunk];
    for (int64_t e = count; e % 4 != 0; ++e) rows[e] = rows[0];  // whole fours; not used
    for (int64_t e = 0; e < count; e += 4)
      dot4(p.row, rows + e, p.x_width, p.y_width, coefficients + e);
    if (p.weight == PairWeight::exact) {
      T products[kChunk] = {}, weights[kChunk];
      for (int64_t e = 0; e < count; e += 4)
        dot4(p.row, rows + e, int64_t{0}, p.x_width, products + e);
      exact_weight(products, p.bits, weights);
      for (int64_t e = 0; e < count; ++e) coefficients[e] *= weights[e];
    }
    add_rows<T, true>(rows, coefficients, count, 0, p.x_width, p.grad);
  }
}

}  // namespace
}  // namespace yoso::ops::cpu
