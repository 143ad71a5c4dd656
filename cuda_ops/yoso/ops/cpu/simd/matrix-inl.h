#pragma once

#include "yoso/ops/cpu/simd/kernels.h"
#include "yoso/ops/cpu/simd/vector.h"

// C = A B. With AVX-512 a step in depth reads 128 bytes of B and 32 of A for 256 multiply-adds of
// float, with AVX2 64 and 24 for 96; C is read and written once.

namespace yoso::ops::cpu {
namespace {

// Accumulators of one micro-tile fill the registers: rows × vectors, two vectors of B and a
// broadcast of A beside.
#if defined(__AVX512F__)
constexpr int kMicroRows = 8;
#elif defined(__AVX2__)
constexpr int kMicroRows = 6;
#else
constexpr int kMicroRows = 4;
#endif

template <class T, int kRows, int kVectors>
inline void multiply_micro(const MatrixProduct<T>& p, int64_t row, int64_t column) {
  constexpr int64_t lanes = kLanes<T>;
  Vector<T> sums[kRows][kVectors];
  T* c = p.c + row * p.c_row + column;
  for (int r = 0; r < kRows; ++r)
    for (int v = 0; v < kVectors; ++v)
      sums[r][v] = p.accumulate ? load<T>(c + r * p.c_row + v * lanes) : Vector<T>{};
  const T* a = p.a + row * p.a_row;
  const T* b = p.b + column;
  for (int64_t k = 0; k < p.depth; ++k, a += p.a_depth, b += p.b_row) {
    Vector<T> factors[kVectors];
    for (int v = 0; v < kVectors; ++v) factors[v] = load<T>(b + v * lanes);
    for (int r = 0; r < kRows; ++r) {
      const T scalar = a[r * p.a_row];
      for (int v = 0; v < kVectors; ++v) sums[r][v] += scalar * factors[v];
    }
  }
  for (int r = 0; r < kRows; ++r)
    for (int v = 0; v < kVectors; ++v) store<T>(c + r * p.c_row + v * lanes, sums[r][v]);
}

template <class T, int kVectors, int kRows = kMicroRows - 1>
inline void multiply_last_rows(const MatrixProduct<T>& p, int64_t row, int64_t column) {
  if constexpr (kRows > 0) {
    if (p.rows - row == kRows) return multiply_micro<T, kRows, kVectors>(p, row, column);
    multiply_last_rows<T, kVectors, kRows - 1>(p, row, column);
  }
}

template <class T, int kVectors>
inline void multiply_panel(const MatrixProduct<T>& p, int64_t column) {
  int64_t row = 0;
  for (; row + kMicroRows <= p.rows; row += kMicroRows)
    multiply_micro<T, kMicroRows, kVectors>(p, row, column);
  multiply_last_rows<T, kVectors>(p, row, column);
}

template <class T>
void multiply(const MatrixProduct<T>& p) {
  int64_t column = 0;
  for (; column + 2 * kLanes<T> <= p.columns; column += 2 * kLanes<T>)
    multiply_panel<T, 2>(p, column);
  for (; column < p.columns; column += kLanes<T>) multiply_panel<T, 1>(p, column);
}

}  // namespace
}  // namespace yoso::ops::cpu
