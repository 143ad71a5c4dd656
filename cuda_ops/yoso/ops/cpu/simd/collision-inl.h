#pragma once

#include <math.h>

#include <cstddef>

#include "yoso/ops/cpu/simd/kernels.h"
#include "yoso/ops/cpu/simd/vector.h"

// In float a probability is 7 multiply-adds, a root and up to 2·log2(bits) multiplications for 4
// bytes read and 4 written; an exact weight beside it, for as many again, 7 multiply-adds, a root
// and a division: far more arithmetic than memory.

namespace yoso::ops::cpu {
namespace {

constexpr int64_t kChunk = 64;  // elements handled together; a last, shorter chunk is padded
constexpr double kPi = 3.14159265358979323846;
constexpr double kClamp = 1 - 1e-4;  // of the product in the exact weight

template <class T>
inline T clamp(T x, T limit) {
  x = x < -limit ? -limit : x;  // a NaN stays
  return x > limit ? limit : x;
}

/// r = 1 − arccos(x)/π, the probability that one bit agrees, for |x| ≤ 1.
inline void agreement(const double* x, double* r) {
  for (int64_t i = 0; i < kChunk; ++i) r[i] = acos(-x[i]) / kPi;
}

/// arccos(t)/π = √(1 − t) h(t) on [0, 1] with a minimax polynomial of degree 7 (error 7e-9).
inline void agreement(const float* x, float* r) {
  for (int64_t i = 0; i < kChunk; ++i) {
    const float t = x[i] < 0 ? -x[i] : x[i];
    float h = -4.0197152e-4f;
    h = h * t + 2.12353845e-3f;
    h = h * t - 5.43985554e-3f;
    h = h * t + 9.83356413e-3f;
    h = h * t - 1.597110783e-2f;
    h = h * t + 2.832291124e-2f;
    h = h * t - 6.830892082e-2f;
    h = h * t + 4.9999999306e-1f;
    h *= __builtin_sqrtf(1 - t);
    r[i] = x[i] < 0 ? h : 1 - h;
  }
}

/// p = r^bits by repeated squaring; r is overwritten.
template <class T>
inline void power(T* r, int64_t bits, T* p) {
  for (int64_t i = 0; i < kChunk; ++i) p[i] = bits & 1 ? r[i] : T(1);
  while (bits >>= 1) {
    for (int64_t i = 0; i < kChunk; ++i) r[i] *= r[i];
    if (bits & 1)
      for (int64_t i = 0; i < kChunk; ++i) p[i] *= r[i];
  }
}

/// w = bits / ((π − θ) sin θ), θ the arccos of x clamped to ±(1 − 1e-4).
inline void exact_weight(const double* x, int64_t bits, double* w) {
  for (int64_t i = 0; i < kChunk; ++i) {
    const double c = clamp(x[i], kClamp);
    w[i] = static_cast<double>(bits) / (acos(-c) * __builtin_sqrt((1 - c) * (1 + c)));
  }
}

/// φ(s) = √(1 − s²) / arccos(s) on [0, 1], a polynomial (error 2e-8).
template <class V>
inline V root_over_arccos(V s) {
  V h = 6.181901372e-4f * s - 3.337156863e-3f;
  h = h * s + 8.788605725e-3f;
  h = h * s - 1.653678882e-2f;
  h = h * s + 2.882224838e-2f;
  h = h * s - 6.025777251e-2f;
  h = h * s + 4.052828953e-1f;
  return h * s + 6.366197866e-1f;
}

/// With s = √((1 − x)/2) = sin(θ/2): π − θ = 2 arccos(s) and sin θ = 2 s √(1 − s²), so that
/// w = bits φ(s) / (2 s (1 + x)) takes one root and no arccos.
inline void exact_weight(const float* x, int64_t bits, float* w) {
  const float half_bits = 0.5f * static_cast<float>(bits);
  for (int64_t i = 0; i < kChunk; ++i) {
    const float c = clamp(x[i], static_cast<float>(kClamp));
    const float b = 0.5f - 0.5f * c, ab = b * (1 + c);
    const float inverse = 1 / __builtin_sqrtf(ab * (1 + c));  // 1 / (s (1 + x))
    w[i] = half_bits * root_over_arccos(ab * inverse) * inverse;
  }
}

template <class T>
inline void probability(const T* x, int64_t bits, T* p) {
  T clamped[kChunk], r[kChunk];
  for (int64_t i = 0; i < kChunk; ++i) clamped[i] = clamp(x[i], T(1));
  agreement(clamped, r);
  power(r, bits, p);
}

template <class T>
inline void copy(const T* from, int64_t count, T* to) {
  __builtin_memcpy(to, from, static_cast<std::size_t>(count) * sizeof(T));
}

template <class T>
void collision_probability(T* x, int64_t count, int64_t bits) {
  for (int64_t i = 0; i < count; i += kChunk) {
    const int64_t used = smaller(kChunk, count - i);
    T in[kChunk] = {}, p[kChunk];
    copy(x + i, used, in);
    probability(in, bits, p);
    copy(p, used, x + i);
  }
}

template <class T>
void collision_gradient(const CollisionGradient<T>& g) {
  for (int64_t i = 0; i < g.count; i += kChunk) {
    const int64_t used = smaller(kChunk, g.count - i);
    T in[kChunk] = {}, p[kChunk], w[kChunk];
    copy(g.x + i, used, in);
    probability(in, g.bits, p);
    for (int64_t k = 0; k < kChunk; ++k) w[k] = 1;
    if (g.weight == PairWeight::exact) exact_weight(in, g.bits, w);
    for (int64_t k = 0; k < used; ++k) g.s[i + k] *= p[k] * w[k];
    copy(p, used, g.x + i);
  }
}

}  // namespace
}  // namespace yoso::ops::cpu
