#pragma once

#include "yoso/ops/cpu/simd/kernels.h"
#include "yoso/ops/cpu/simd/unit-inl.h"

// One load and one addition for 64 bytes of float, two shifts more for bfloat16: gathering is the
// limit. A match, or the total of a heavy bucket, is Dv additions and 4·Dv bytes read (2·Dv for
// a match in bfloat16), from the second-level cache or beyond. Of the forward at 4096 random rows
// in bfloat16 this is a fifth, finding matches a quarter: 196,000 matches of 64 columns a head in
// 0.7 ms are 37 GB/s, half of what plain sums of rows gathered from 1 MiB reach (81), and a quarter
// of the peak of two additions a cycle (one core at 2.4 GHz), probably since a row's matches are
// few and sums begin and end often.

namespace yoso::ops::cpu {
namespace {

/// row_sum on kUnits units of columns, held in registers.
template <class T, class Stored, int kUnits>
inline void sum_columns(const RowSum<T>& p, int64_t column) {
  using U = Unit<T, Stored>;
  constexpr int kVectors = kUnits * U::kVectors;
  Vector<T> sums[kVectors];
  T* const out = p.sum + column;
  for (int v = 0; v < kVectors; ++v) sums[v] = load<T>(out + v * kLanes<T>);
  const Stored* const rows = static_cast<const Stored*>(p.rows) + column;
  for (int64_t e = 0; e < p.match_count; ++e) {
    const Stored* const row = rows + p.matches[e] * p.width;
    Vector<T> values[kVectors];
    for (int u = 0; u < kUnits; ++u)
      U::load_stored(row + u * U::kColumns, values + u * U::kVectors);
    for (int v = 0; v < kVectors; ++v) sums[v] += values[v];
  }
  for (int64_t e = 0; e < p.total_count; ++e)
    for (int v = 0; v < kVectors; ++v) sums[v] += load<T>(p.totals[e] + column + v * kLanes<T>);
  for (int v = 0; v < kVectors; ++v) store<T>(out + v * kLanes<T>, sums[v]);
}

template <class T, class Stored>
inline void row_sum_of(const RowSum<T>& p) {
  using U = Unit<T, Stored>;
  constexpr int kUnits = 4 / U::kVectors;
  int64_t column = 0;
  for (; column + kUnits * U::kColumns <= p.width; column += kUnits * U::kColumns)
    sum_columns<T, Stored, kUnits>(p, column);
  for (; column < p.width; column += U::kColumns) sum_columns<T, Stored, 1>(p, column);
}

template <class T>
void row_sum(const RowSum<T>& p) {
  if constexpr (sizeof(T) == sizeof(float)) {
    if (p.type == Element::bfloat16) return row_sum_of<T, Bfloat16>(p);
  }
  row_sum_of<T, T>(p);
}

template <class T>
void order_columns(T* sums, int64_t count, Element type) {
  if constexpr (sizeof(T) == sizeof(float)) {
    using U = Unit<T, Bfloat16>;
    if (type != Element::bfloat16) return;
    for (int64_t c = 0; c < count; c += U::kColumns) {
      const Vector<T> values[] = {load<T>(sums + c), load<T>(sums + c + kLanes<T>)};
      U::store_in_order(sums + c, values);
    }
  }
}

}  // namespace
}  // namespace yoso::ops::cpu
