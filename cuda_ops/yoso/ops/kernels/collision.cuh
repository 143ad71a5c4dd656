#pragma once

#include "yoso/ops/kernels/device.h"

namespace yoso::ops::kernels {

constexpr float kPi = 3.14159265358979f;
constexpr float kWeightClamp = 1 - 1e-4f;

/// 1 − arccos(x)/π, the probability that one bit of two codes agrees; |x| ≤ 1. A NaN stays.
__device__ inline float agreement(float x) { return acosf(-x) * (1 / kPi); }

/// p(x) = (1 − arccos(x)/π)^bits, x clamped to [−1, 1]. A NaN stays.
__device__ inline float collision_probability(float x, int bits) {
  x = x < -1 ? -1 : x > 1 ? 1 : x;
  float r = agreement(x), p = bits & 1 ? r : 1;
  while (bits >>= 1) {
    r *= r;
    if (bits & 1) p *= r;
  }
  return p;
}

/// bits / ((π − θ) sin θ), θ the arccos of x clamped to ±(1 − 1e-4): p′(x) = p(x) · this.
__device__ inline float exact_weight(float x, int bits) {
  x = x < -kWeightClamp ? -kWeightClamp : x > kWeightClamp ? kWeightClamp : x;
  return static_cast<float>(bits) / (kPi * agreement(x) * sqrtf((1 - x) * (1 + x)));
}

}  // namespace yoso::ops::kernels
