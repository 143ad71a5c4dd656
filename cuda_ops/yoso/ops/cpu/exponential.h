#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace yoso::ops::cpu {

// For loops that are compiled once per instruction set: inlined everywhere, so that no function
// compiled for a newer processor is shared with an older one, and without a branch or a call, so
// that the loops become vector code.

__attribute__((always_inline)) static inline double exponential(double x) { return std::exp(x); }

/// e^x to two units in the last place, 0 below −87, for x up to 88: 2^n · e^r with |r| ≤ ln 2 / 2
/// and the polynomial of Cephes' expf.
__attribute__((always_inline)) static inline float exponential(float x) {
  constexpr float kRound = 0x1.8p23F;  // added and taken off: rounds to an integer
  const float bounded = x < -87.0F ? -87.0F : x;
  const float n = (bounded * 1.44269504F + kRound) - kRound;
  const float r = (bounded - n * 0.693359375F) - n * -2.12194440e-4F;
  float y = 1.9875691500e-4F;
  y = y * r + 1.3981999507e-3F;
  y = y * r + 8.3334519073e-3F;
  y = y * r + 4.1665795894e-2F;
  y = y * r + 1.6666665459e-1F;
  y = y * r + 5.0000001201e-1F;
  y = y * r * r + r + 1;
  const float power = std::bit_cast<float>((static_cast<int32_t>(n) + 127) << 23);
  return x < -87.0F ? 0.0F : y * power;
}

}  // namespace yoso::ops::cpu
