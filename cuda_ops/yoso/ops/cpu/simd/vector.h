#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

// Vectors as wide as the instruction set this file is compiled for. Everything here and in the
// *-inl.h files has internal linkage, so that no function compiled for a newer processor is ever
// shared with an older one. The compiler's vectors rather than a library's (Highway): one width per
// file is all that is needed, arithmetic reads as the formula does, and what is left, tiles and
// products of bfloat16, has no portable form.

namespace yoso::ops::cpu {
namespace {

#if defined(__AVX512F__)
constexpr int64_t kVectorBytes = 64;
#elif defined(__AVX2__)
constexpr int64_t kVectorBytes = 32;
#else
constexpr int64_t kVectorBytes = 16;
#endif

template <class T>
struct VectorOf;
template <>
struct VectorOf<float> {
  typedef float type __attribute__((vector_size(kVectorBytes)));
};
template <>
struct VectorOf<double> {
  typedef double type __attribute__((vector_size(kVectorBytes)));
};
template <class T>
using Vector = typename VectorOf<T>::type;

template <class T>
constexpr int64_t kLanes = kVectorBytes / static_cast<int64_t>(sizeof(T));

template <class T>
inline Vector<T> load(const T* from) {
  Vector<T> v;
  __builtin_memcpy(&v, from, sizeof(v));
  return v;
}

template <class T>
inline void store(T* to, Vector<T> v) {
  __builtin_memcpy(to, &v, sizeof(v));
}

template <std::size_t... kLane>
inline Vector<float> sum_pairs(Vector<float> a, Vector<float> b, std::index_sequence<kLane...>) {
  constexpr std::size_t n = sizeof...(kLane);
  return __builtin_shufflevector(a, b, (kLane / 4 * 4 + kLane % 4 / 2 + kLane % 2 * n)...) +
         __builtin_shufflevector(a, b, (kLane / 4 * 4 + kLane % 4 / 2 + kLane % 2 * n + 2)...);
}

template <std::size_t... kLane>
inline Vector<float> sum_halves(Vector<float> a, Vector<float> b, std::index_sequence<kLane...>) {
  constexpr std::size_t n = sizeof...(kLane);
  return __builtin_shufflevector(a, b, (kLane / 4 * 4 + kLane % 2 + kLane % 4 / 2 * n)...) +
         __builtin_shufflevector(a, b, (kLane / 4 * 4 + kLane % 2 + kLane % 4 / 2 * n + 2)...);
}

template <std::size_t kShift, std::size_t... kLane>
inline Vector<float> add_rotated(Vector<float> v, std::index_sequence<kLane...>) {
  return v + __builtin_shufflevector(v, v, ((kLane + kShift) % sizeof...(kLane))...);
}

/// sums[i] = the sum of all lanes of v[i], four at once by transposing within 16 bytes.
inline void sum4(const Vector<float> v[4], float sums[4]) {
  constexpr std::make_index_sequence<kLanes<float>> lanes{};
  Vector<float> r = sum_halves(sum_pairs(v[0], v[1], lanes), sum_pairs(v[2], v[3], lanes), lanes);
  if constexpr (lanes.size() > 8) r = add_rotated<8>(r, lanes);
  if constexpr (lanes.size() > 4) r = add_rotated<4>(r, lanes);
  __builtin_memcpy(sums, &r, 4 * sizeof(float));
}

inline void sum4(const Vector<double> v[4], double sums[4]) {
  for (int i = 0; i < 4; ++i) {
    sums[i] = 0;
    for (int64_t lane = 0; lane < kLanes<double>; ++lane) sums[i] += v[i][lane];
  }
}

template <int kStep, class V, std::size_t... kLane>
inline void exchange(V& a, V& b, std::index_sequence<kLane...>) {
  constexpr int n = sizeof...(kLane);
  const V low = __builtin_shufflevector(a, b, (kLane & kStep ? kLane - kStep + n : kLane)...);
  b = __builtin_shufflevector(a, b, (kLane & kStep ? kLane + n : kLane + kStep)...);
  a = low;
}

/// Transposes kSize rows of kSize lanes, steps of 1, 2, 4 … lanes.
template <int kSize, int kStep = 1, class V>
inline void transpose(V* rows) {
  if constexpr (kStep < kSize) {
    for (int i = 0; i < kSize; ++i)
      if ((i & kStep) == 0)
        exchange<kStep>(rows[i], rows[i + kStep], std::make_index_sequence<kSize>{});
    transpose<kSize, kStep * 2>(rows);
  }
}

inline int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

}  // namespace
}  // namespace yoso::ops::cpu
