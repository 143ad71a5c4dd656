// Compiled with -O3 on its own (lib/CMakeLists.txt): the loops are left to the vectoriser.
#include "yoso/nn/cpu/l2_loops.h"

#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

#include <algorithm>
#include <cmath>

#include "yoso/runtime/vectorized.h"

#define YOSO_INLINE __attribute__((always_inline))

namespace yoso::nn::cpu {
namespace {

constexpr int64_t kLanes = 16;  // partial sums, so that a sum can be vectorised
constexpr double kSmallest = 1e-12;

/// Walks over rows in their order.
struct RowCursor {
  std::array<int64_t, 3> at;

  RowCursor(const L2Shape& shape, int64_t row)
      : at{row / (shape.sizes[1] * shape.sizes[2]), row / shape.sizes[2] % shape.sizes[1],
           row % shape.sizes[2]} {}

  YOSO_INLINE inline void next(const L2Shape& shape) {
    if (++at[2] < shape.sizes[2]) return;
    at[2] = 0;
    if (++at[1] < shape.sizes[1]) return;
    at[1] = 0;
    ++at[0];
  }

  template <class T>
  YOSO_INLINE inline T* row(const L2Rows<T>& rows) const {
    return rows.data + at[0] * rows.strides[0] + at[1] * rows.strides[1] + at[2] * rows.strides[2];
  }
};

/// Σ a[i]·b[i].
template <class T>
YOSO_INLINE inline L2Sum<T> dot(const T* a, const T* b, int64_t dim) {
  L2Sum<T> lanes[kLanes] = {};
  int64_t i = 0;
  for (; i + kLanes <= dim; i += kLanes) {
    for (int64_t lane = 0; lane < kLanes; ++lane)
      lanes[lane] += static_cast<L2Sum<T>>(a[i + lane]) * static_cast<L2Sum<T>>(b[i + lane]);
  }
  for (int64_t lane = 0; i + lane < dim; ++lane)
    lanes[lane] += static_cast<L2Sum<T>>(a[i + lane]) * static_cast<L2Sum<T>>(b[i + lane]);
  for (int64_t half = kLanes / 2; half > 0; half /= 2) {
    for (int64_t lane = 0; lane < half; ++lane) lanes[lane] += lanes[lane + half];
  }
  return lanes[0];
}

}  // namespace

template <class T>
void l2_forward(const L2Shape& shape, L2Rows<const T> from, L2Rows<T> to, L2Sum<T>* inverse,
                int64_t begin, int64_t end) {
  using Sum = L2Sum<T>;
  const auto loop = [=](int64_t first, int64_t last) YOSO_INLINE {
    RowCursor cursor(shape, first);
    for (int64_t row = first; row < last; ++row, cursor.next(shape)) {
      const T* x = cursor.row(from);
      T* y = cursor.row(to);
      const Sum norm = std::sqrt(dot(x, x, shape.dim));
      const Sum factor =
          norm > 0 ? 1 / std::max(norm, static_cast<Sum>(kSmallest)) : norm * 0;  // NaN stays
      inverse[row] = factor;
      for (int64_t i = 0; i < shape.dim; ++i)
        y[i] = static_cast<T>(static_cast<Sum>(x[i]) * factor);
    }
  };
  runtime::vectorized(loop, begin, end);
}

template <class T>
void l2_backward(const L2Shape& shape, L2Rows<const T> to, L2Rows<const T> grad,
                 const L2Sum<T>* inverse, L2Rows<T> grad_from, int64_t begin, int64_t end) {
  using Sum = L2Sum<T>;
  const auto loop = [=](int64_t first, int64_t last) YOSO_INLINE {
    RowCursor cursor(shape, first);
    for (int64_t row = first; row < last; ++row, cursor.next(shape)) {
      const T* y = cursor.row(to);
      const T* g = cursor.row(grad);
      T* result = cursor.row(grad_from);
      const Sum factor = inverse[row];
      const bool clamped = factor >= static_cast<Sum>(1 / kSmallest);
      const Sum along = clamped ? 0 : dot(g, y, shape.dim);
      for (int64_t i = 0; i < shape.dim; ++i) {
        result[i] =
            static_cast<T>(factor * (static_cast<Sum>(g[i]) - static_cast<Sum>(y[i]) * along));
      }
    }
  };
  runtime::vectorized(loop, begin, end);
}

#define YOSO_L2(T)                                                                             \
  template void l2_forward(const L2Shape&, L2Rows<const T>, L2Rows<T>, L2Sum<T>*, int64_t,     \
                           int64_t);                                                           \
  template void l2_backward(const L2Shape&, L2Rows<const T>, L2Rows<const T>, const L2Sum<T>*, \
                            L2Rows<T>, int64_t, int64_t);
YOSO_L2(float)
YOSO_L2(double)
YOSO_L2(c10::BFloat16)
YOSO_L2(c10::Half)
#undef YOSO_L2

}  // namespace yoso::nn::cpu
