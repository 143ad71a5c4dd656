#pragma once

#if defined(__AVX512BF16__)
#include <immintrin.h>
#endif

#include "yoso/ops/cpu/simd/convert-inl.h"
#include "yoso/ops/cpu/simd/vector.h"

namespace yoso::ops::cpu {
namespace {

/// The columns that one vector of stored elements holds, as vectors of T: one, or two for bfloat16,
/// its even and its odd columns.
template <class T, class Stored>
struct Unit {
  static constexpr int kVectors = 1;
  static constexpr int64_t kColumns = kLanes<T>;
  static void load_stored(const Stored* from, Vector<T> v[1]) { v[0] = load<T>(from); }
  static void add_products(const Stored* a, const Stored* b, Vector<T>& sum) {
    sum += load<T>(a) * load<T>(b);
  }
};

template <std::size_t kFirst, std::size_t... kLane>
inline Vector<float> zipped(Vector<float> a, Vector<float> b, std::index_sequence<kLane...>) {
  return __builtin_shufflevector(a, b, (kFirst + kLane / 2 + kLane % 2 * sizeof...(kLane))...);
}

template <>
struct Unit<float, Bfloat16> {
  static constexpr int kVectors = 2;
  static constexpr int64_t kColumns = 2 * kLanes<float>;
  static constexpr std::make_index_sequence<kLanes<float>> kAll{};
  typedef uint32_t Pairs __attribute__((vector_size(kVectorBytes)));

  static void load_stored(const Bfloat16* from, Vector<float> v[2]) {
    Pairs pairs;
    __builtin_memcpy(&pairs, from, sizeof(pairs));
    v[0] = reinterpret_cast<Vector<float>>(pairs << 16);
    v[1] = reinterpret_cast<Vector<float>>(pairs & 0xFFFF0000u);
  }
  static void store_in_order(float* to, const Vector<float> v[2]) {
    store<float>(to, zipped<0>(v[0], v[1], kAll));
    store<float>(to + kLanes<float>, zipped<kLanes<float> / 2>(v[0], v[1], kAll));
  }
  static void add_products(const Bfloat16* a, const Bfloat16* b, Vector<float>& sum) {
#if defined(__AVX512BF16__)
    __m512i left, right;
    __builtin_memcpy(&left, a, sizeof(left));
    __builtin_memcpy(&right, b, sizeof(right));
    sum = (Vector<float>)_mm512_dpbf16_ps((__m512)sum, (__m512bh)left, (__m512bh)right);
#else
    Vector<float> left[2], right[2];
    load_stored(a, left);
    load_stored(b, right);
    sum += left[0] * right[0];
    sum += left[1] * right[1];
#endif
  }
};

/// A stored row as T, its columns in the order of units.
template <class T>
inline void read_units(const char* row, Element type, int64_t width, T* to) {
  if constexpr (sizeof(T) == sizeof(float)) {
    if (type == Element::bfloat16) {
      using U = Unit<T, Bfloat16>;
      const Bfloat16* const from = reinterpret_cast<const Bfloat16*>(row);
      for (int64_t c = 0; c < width; c += U::kColumns) {
        Vector<T> v[U::kVectors];
        U::load_stored(from + c, v);
        for (int i = 0; i < U::kVectors; ++i) store<T>(to + c + i * kLanes<T>, v[i]);
      }
      return;
    }
  }
  widen(row, type, width, to);
}

}  // namespace
}  // namespace yoso::ops::cpu
