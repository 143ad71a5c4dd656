#pragma once

#include <math.h>

#include <cstddef>

#include "yoso/ops/cpu/simd/kernels.h"
#include "yoso/ops/cpu/simd/vector.h"

namespace yoso::ops::cpu {
namespace {

constexpr int64_t kChunk = 64;  // elements handled together; a last, shorter chunk is padded
constexpr double kPi = 3.14159265358979323846;
constexpr double kClamp = 1 - 1e-4;  // of the product in the weight (operators.md)

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

inline float square_root(float x) { return __builtin_sqrtf(x); }
inline double square_root(double x) { return __builtin_sqrt(x); }

/// w = bits / ((π − θ) sin θ), θ the arccos of x clamped to ±(1 − 1e-4).
template <class T>
inline void exact_weight(const T* x, int64_t bits, T* w) {
  T clamped[kChunk], r[kChunk];
  for (int64_t i = 0; i < kChunk; ++i) clamped[i] = clamp(x[i], T(kClamp));
  agreement(clamped, r);
  const T factor = static_cast<T>(bits / kPi);
  for (int64_t i = 0; i < kChunk; ++i)
    w[i] = factor / (r[i] * square_root((1 - clamped[i]) * (1 + clamped[i])));
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
