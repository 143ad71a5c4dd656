#pragma once

#include "yoso/ops/cpu/simd/collision-inl.h"
#include "yoso/ops/cpu/simd/kernels.h"
#include "yoso/ops/cpu/simd/unit-inl.h"
#include "yoso/ops/cpu/simd/vector.h"

// Random rows, 4096 of 64 + 64 columns in bfloat16, 32 hashes, one core at 2.4 GHz: about 393,000
// matches a head, of which each is 256 bytes and 290 operations, take 2.1 ms. That is 47 GB/s,
// where plain sums of rows gathered from 1 MiB reach 81, and 53 GFLOP/s of the 154 of two
// multiply-adds a cycle: loads, widening and the sums across lanes share the time. Adding two
// matches at a time by dot products of bfloat16, without widening, was 10 % slower. Where the
// matches are more than the second-level cache holds, gathering is the limit (33 GB/s from 4 MiB,
// 23 from 8); taking matches section by section of the other side, so that each section stays in
// the cache, spared no time: finding a section's matches cost as much.

namespace yoso::ops::cpu {
namespace {

/// products[i] = a · rows[i] for four rows, over `width` columns from `column` on.
template <class T, class Stored>
inline void dot4(const Stored* a, const Stored* const rows[4], int64_t column, int64_t width,
                 T* products) {
  Vector<T> sums[4] = {};
  for (int64_t c = column; c < column + width; c += Unit<T, Stored>::kColumns)
    for (int i = 0; i < 4; ++i) Unit<T, Stored>::add_products(a + c, rows[i] + c, sums[i]);
  sum4(sums, products);
}

/// out += Σ_e coefficients[e] rows[e] (Σ_e rows[e] without) on kUnits units of columns held in
/// registers.
template <class T, class Stored, int kUnits, bool kScaled>
inline void add_columns(const Stored* const* rows, const T* coefficients, int64_t count,
                        int64_t column, T* out) {
  using U = Unit<T, Stored>;
  constexpr int kVectors = kUnits * U::kVectors;
  Vector<T> sums[kVectors];
  for (int v = 0; v < kVectors; ++v) sums[v] = load<T>(out + v * kLanes<T>);
  for (int64_t e = 0; e < count; ++e)
    for (int u = 0; u < kUnits; ++u) {
      Vector<T> row[U::kVectors];
      U::load_stored(rows[e] + column + u * U::kColumns, row);
      for (int v = 0; v < U::kVectors; ++v) {
        if constexpr (kScaled)
          sums[u * U::kVectors + v] += coefficients[e] * row[v];
        else
          sums[u * U::kVectors + v] += row[v];
      }
    }
  for (int v = 0; v < kVectors; ++v) store<T>(out + v * kLanes<T>, sums[v]);
}

template <class T, bool kScaled, class Stored>
inline void add_rows(const Stored* const* rows, const T* coefficients, int64_t count,
                     int64_t column, int64_t width, T* out) {
  using U = Unit<T, Stored>;
  constexpr int kUnits = 4 / U::kVectors;
  int64_t c = 0;
  for (; c + kUnits * U::kColumns <= width; c += kUnits * U::kColumns)
    add_columns<T, Stored, kUnits, kScaled>(rows, coefficients, count, column + c, out + c);
  for (; c < width; c += U::kColumns)
    add_columns<T, Stored, 1, kScaled>(rows, coefficients, count, column + c, out + c);
}

template <class T, class Stored>
inline void sum_pairs_of(const PairSum<T>& p) {
  const int64_t width = p.x_width + p.y_width;
  const Stored* const own = static_cast<const Stored*>(p.row);
  const Stored* const others = static_cast<const Stored*>(p.others);
  for (int64_t first = 0; first < p.match_count; first += kChunk) {
    const int64_t count = smaller(kChunk, p.match_count - first);
    const Stored* rows[kChunk];
    for (int64_t e = 0; e < count; ++e) rows[e] = others + p.matches[first + e] * width;
    if (p.sum != nullptr)
      add_rows<T, false>(rows, static_cast<const T*>(nullptr), count, p.x_width, p.y_width, p.sum);
    if (p.grad == nullptr) continue;
    T coefficients[kChunk];
    for (int64_t e = count; e % 4 != 0; ++e) rows[e] = rows[0];  // whole fours; not used
    for (int64_t e = 0; e < count; e += 4)
      dot4<T>(own, rows + e, p.x_width, p.y_width, coefficients + e);
    if (p.weight == PairWeight::exact) {
      T products[kChunk] = {}, weights[kChunk];
      for (int64_t e = 0; e < count; e += 4)
        dot4<T>(own, rows + e, int64_t{0}, p.x_width, products + e);
      exact_weight(products, p.bits, weights);
      for (int64_t e = 0; e < count; ++e) coefficients[e] *= weights[e];
    }
    add_rows<T, true>(rows, coefficients, count, 0, p.x_width, p.grad);
  }
}

template <class T>
void pair_sum(const PairSum<T>& p) {
  if constexpr (sizeof(T) == sizeof(float)) {
    if (p.type == Element::bfloat16) return sum_pairs_of<T, Bfloat16>(p);
  }
  sum_pairs_of<T, T>(p);
}

}  // namespace
}  // namespace yoso::ops::cpu
