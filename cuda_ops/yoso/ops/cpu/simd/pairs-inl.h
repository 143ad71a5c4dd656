#pragma once

#include "yoso/ops/cpu/simd/collision-inl.h"
#include "yoso/ops/cpu/simd/kernels.h"
#include "yoso/ops/cpu/simd/vector.h"

namespace yoso::ops::cpu {
namespace {

template <class T>
inline T dot(const T* a, const T* b, int64_t width) {
  Vector<T> total{};
  for (int64_t c = 0; c < width; c += kLanes<T>) total += load<T>(a + c) * load<T>(b + c);
  return sum<T>(total);
}

/// out += Σ_e coefficients[e] rows[e] on kVectors vectors of columns held in registers.
template <class T, int kVectors>
inline void add_scaled(const T* const* rows, const T* coefficients, int64_t count, int64_t column,
                       T* out) {
  Vector<T> sums[kVectors];
  for (int v = 0; v < kVectors; ++v) sums[v] = load<T>(out + column + v * kLanes<T>);
  for (int64_t e = 0; e < count; ++e)
    for (int v = 0; v < kVectors; ++v)
      sums[v] += coefficients[e] * load<T>(rows[e] + column + v * kLanes<T>);
  for (int v = 0; v < kVectors; ++v) store<T>(out + column + v * kLanes<T>, sums[v]);
}

template <class T>
void pair_sum(const PairSum<T>& p) {
  const int64_t width = p.x_width + p.y_width;
  for (int64_t first = 0; first < p.partner_count; first += kChunk) {
    const int64_t count = smaller(kChunk, p.partner_count - first);
    const T* rows[kChunk];
    T coefficients[kChunk];
    for (int64_t e = 0; e < count; ++e) {
      const int32_t partner = p.partners[first + e];
      rows[e] = p.others + partner * width;
      coefficients[e] = dot(p.row + p.x_width, rows[e] + p.x_width, p.y_width) *
                        static_cast<T>(p.counts[partner]);
    }
    if (p.weight == PairWeight::exact) {
      T products[kChunk] = {}, weights[kChunk];
      for (int64_t e = 0; e < count; ++e) products[e] = dot(p.row, rows[e], p.x_width);
      exact_weight(products, p.bits, weights);
      for (int64_t e = 0; e < count; ++e) coefficients[e] *= weights[e];
    }
    int64_t column = 0;
    for (; column + 4 * kLanes<T> <= p.x_width; column += 4 * kLanes<T>)
      add_scaled<T, 4>(rows, coefficients, count, column, p.out);
    for (; column < p.x_width; column += kLanes<T>)
      add_scaled<T, 1>(rows, coefficients, count, column, p.out);
  }
}

}  // namespace
}  // namespace yoso::ops::cpu
