#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

namespace yoso::nn::cpu {

/// The type that norms are computed in.
template <class T>
using L2Sum = std::conditional_t<std::is_same_v<T, double>, double, float>;

/// Rows [d0, d1, d2], counted with d2 the fastest. The values of a row are contiguous.
template <class T>
struct L2Rows {
  T* data;
  std::array<int64_t, 3> strides;  // of d0, d1 and d2, in values
};

struct L2Shape {
  std::array<int64_t, 3> sizes;
  int64_t dim;  // values in a row
};

/// For rows [begin, end): to = from · inverse with inverse = 1 / max(‖from‖, 1e-12), 0 for a zero
/// row; inverse[row] is kept for the backward pass. T: float, double, c10::BFloat16, c10::Half.
template <class T>
void l2_forward(const L2Shape& shape, L2Rows<const T> from, L2Rows<T> to, L2Sum<T>* inverse,
                int64_t begin, int64_t end);

/// For rows [begin, end): grad_from = inverse · (grad − to · ⟨grad, to⟩), the second term only
/// where the norm was at least 1e-12.
template <class T>
void l2_backward(const L2Shape& shape, L2Rows<const T> to, L2Rows<const T> grad,
                 const L2Sum<T>* inverse, L2Rows<T> grad_from, int64_t begin, int64_t end);

}  // namespace yoso::nn::cpu
