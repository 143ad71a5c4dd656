#pragma once

#include <cstdint>
#include <cstring>

// The 16-bit floating-point types of a GPU, for the simulator.

namespace yoso::ops::kernels {

inline float bits_to_float(uint32_t bits) {
  float x;
  std::memcpy(&x, &bits, sizeof(x));
  return x;
}

inline uint32_t float_to_bits(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, sizeof(bits));
  return bits;
}

struct bfloat16 {
  uint16_t bits;
};

struct float16 {
  uint16_t bits;
};

inline float to_float(float x) { return x; }
inline float to_float(bfloat16 x) { return bits_to_float(static_cast<uint32_t>(x.bits) << 16); }
inline float to_float(float16 x) {
  const uint32_t sign = static_cast<uint32_t>(x.bits & 0x8000) << 16;
  const uint32_t exponent = x.bits >> 10 & 0x1f, fraction = x.bits & 0x3ff;
  if (exponent == 0) {  // zero and subnormal: a multiple of 2^-24
    const float magnitude = static_cast<float>(fraction) * 0x1p-24f;
    return sign != 0 ? -magnitude : magnitude;
  }
  return bits_to_float(sign | (exponent == 0x1f ? 0xff : exponent + 112) << 23 | fraction << 13);
}

inline float half_bits_to_float(uint16_t bits) { return to_float(float16{bits}); }

template <class T>
T from_float(float x);

template <>
inline float from_float<float>(float x) {
  return x;
}

template <>
inline bfloat16 from_float<bfloat16>(float x) {
  const uint32_t bits = float_to_bits(x);
  if (x != x) return {0x7fff};
  // To nearest, ties to even.
  return {static_cast<uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16)};
}

template <>
inline float16 from_float<float16>(float x) {
  const uint32_t bits = float_to_bits(x);
  const auto sign = static_cast<uint16_t>(bits >> 16 & 0x8000);
  const float magnitude = x < 0 ? -x : x;
  if (x != x) return {0x7fff};
  if (magnitude >= 65520) return {static_cast<uint16_t>(sign | 0x7c00)};
  if (magnitude < 0x1p-14f) {  // adding 0.5 rounds to a multiple of 2^-24, ties to even
    return {static_cast<uint16_t>(sign | (float_to_bits(magnitude + 0.5f) - float_to_bits(0.5f)))};
  }
  const uint32_t rounded = (bits & 0x7fffffff) + 0xfff + (bits >> 13 & 1);
  return {static_cast<uint16_t>(sign | (rounded - (112u << 23)) >> 13)};
}

}  // namespace yoso::ops::kernels
