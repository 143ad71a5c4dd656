#pragma once

#include <cstdint>

#include "yoso/ops/cpu/simd/kernels.h"
#include "yoso/ops/cpu/simd/vector.h"

namespace yoso::ops::cpu {
namespace {

struct Bfloat16 {
  uint16_t bits;
};
struct Float16 {
  uint16_t bits;
};

inline float bits_to_float(uint32_t bits) {
  float value;
  __builtin_memcpy(&value, &bits, sizeof(value));
  return value;
}

inline uint32_t float_to_bits(float value) {
  uint32_t bits;
  __builtin_memcpy(&bits, &value, sizeof(bits));
  return bits;
}

inline float to_float(float value) { return value; }
inline double to_float(double value) { return value; }
inline float to_float(Bfloat16 value) { return bits_to_float(uint32_t{value.bits} << 16); }

/// Without a branch, so that loops over it become vector code: a normal number by moving its bits,
/// zero and subnormal numbers by a sum that the offset of the exponent makes right.
inline float to_float(Float16 value) {
  const uint32_t wide = uint32_t{value.bits} << 16, magnitude = wide << 1;
  const float normal = bits_to_float((magnitude >> 4) + (uint32_t{0xE0} << 23)) * 0x1p-112f;
  const float small = bits_to_float((magnitude >> 17) | (uint32_t{126} << 23)) - 0.5f;
  const float positive = magnitude < (uint32_t{1} << 27) ? small : normal;
  return bits_to_float(float_to_bits(positive) | (wide & 0x80000000u));
}

inline void assign(float& to, double value) { to = static_cast<float>(value); }
inline void assign(double& to, double value) { to = value; }

/// To nearest, ties to even; a NaN stays one.
inline void assign(Bfloat16& to, float value) {
  const uint32_t bits = float_to_bits(value);
  const uint32_t rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
  to.bits = static_cast<uint16_t>(value != value ? 0x7FC0 : rounded);
}

/// To nearest, ties to even; a NaN stays one.
inline void assign(Float16& to, float value) {
  const uint32_t bits = float_to_bits(value), twice = bits << 1, sign = bits & 0x80000000u;
  // The sum with this power of two rounds to the bits that a half has at this size.
  const float huge = bits_to_float(bits & 0x7FFFFFFFu) * 0x1p112f;
  const float base = huge * 0x1p-110f;
  const uint32_t exponent = twice & 0xFF000000u;
  const uint32_t offset = exponent < 0x71000000u ? 0x71000000u : exponent;
  const uint32_t sum = float_to_bits(bits_to_float((offset >> 1) + 0x07800000u) + base);
  const uint32_t finite = ((sum >> 13) & 0x7C00u) + (sum & 0x0FFFu);
  to.bits = static_cast<uint16_t>((sign >> 16) | (twice > 0xFF000000u ? 0x7E00u : finite));
}

template <class From, class T>
inline void widen_row(const From* from, int64_t count, T* to) {
  for (int64_t i = 0; i < count; ++i) to[i] = static_cast<T>(to_float(from[i]));
}

template <class T, class To>
inline void narrow_row(const T* from, T factor, int64_t count, To* to) {
  for (int64_t i = 0; i < count; ++i) assign(to[i], from[i] * factor);
}

template <class T>
void widen(const void* from, Element type, int64_t count, T* to) {
  switch (type) {
    case Element::float64:
      return widen_row(static_cast<const double*>(from), count, to);
    case Element::float32:
      return widen_row(static_cast<const float*>(from), count, to);
    case Element::bfloat16:
      return widen_row(static_cast<const Bfloat16*>(from), count, to);
    case Element::float16:
      return widen_row(static_cast<const Float16*>(from), count, to);
  }
}

template <class T>
void narrow(const T* from, T factor, int64_t count, Element type, void* to) {
  switch (type) {
    case Element::float64:
      return narrow_row(from, factor, count, static_cast<double*>(to));
    case Element::float32:
      return narrow_row(from, factor, count, static_cast<float*>(to));
    case Element::bfloat16:
      return narrow_row(from, factor, count, static_cast<Bfloat16*>(to));
    case Element::float16:
      return narrow_row(from, factor, count, static_cast<Float16*>(to));
  }
}

template <class T>
void transpose_rows(const T* rows, int64_t columns, T* to, int64_t stride) {
  constexpr int kSize = kLanes<T>;
  int64_t column = 0;
  for (; column + kSize <= columns; column += kSize) {
    for (int64_t row = 0; row < kTileRows; row += kSize) {
      Vector<T> block[kSize];
      for (int i = 0; i < kSize; ++i) block[i] = load<T>(rows + (row + i) * columns + column);
      transpose<kSize>(block);
      for (int i = 0; i < kSize; ++i) store<T>(to + (column + i) * stride + row, block[i]);
    }
  }
  for (; column < columns; ++column)
    for (int64_t row = 0; row < kTileRows; ++row)
      to[column * stride + row] = rows[row * columns + column];
}

inline int32_t narrow_codes(const int32_t* from, int64_t count, uint16_t* to) {
  int32_t all = 0;
  for (int64_t i = 0; i < count; ++i) {
    all |= from[i];
    to[i] = static_cast<uint16_t>(from[i]);
  }
  return all;
}

}  // namespace
}  // namespace yoso::ops::cpu
