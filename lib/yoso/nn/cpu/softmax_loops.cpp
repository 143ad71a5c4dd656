// Compiled with -O3 on its own (lib/CMakeLists.txt): the loops are left to the vectoriser.
#include "yoso/nn/cpu/softmax_loops.h"

#include <c10/util/BFloat16.h>

#include <bit>
#include <cmath>
#include <limits>

#include "yoso/ops/cpu/exponential.h"

#define YOSO_INLINE __attribute__((always_inline))

namespace yoso::nn::cpu {
namespace {

constexpr int64_t kLanes = 32;  // partial results, so that a row can be vectorised

using ops::cpu::exponential;

/// term(i) combined over [0, count), always in the same order.
template <class Sum, class Term, class Combine>
YOSO_INLINE inline Sum reduce(int64_t count, Sum start, const Term& term, const Combine& combine) {
  Sum lanes[kLanes];
  for (Sum& lane : lanes) lane = start;
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (int64_t lane = 0; lane < kLanes; ++lane)
      lanes[lane] = combine(lanes[lane], term(i + lane));
  }
  for (int64_t lane = 0; i + lane < count; ++lane)
    lanes[lane] = combine(lanes[lane], term(i + lane));
  for (int64_t half = kLanes / 2; half > 0; half /= 2) {
    for (int64_t lane = 0; lane < half; ++lane)
      lanes[lane] = combine(lanes[lane], lanes[lane + half]);
  }
  return lanes[0];
}

/// scratch: the row's scores, scaled, −inf where a column is not usable.
template <class T, class Sum>
YOSO_INLINE inline void scale_row(const SoftmaxRows<Sum>& shape, const T* scores) {
  constexpr Sum kNever = -std::numeric_limits<Sum>::infinity();
  Sum* const scratch = shape.scratch;
  if (shape.usable == nullptr) {
    for (int64_t i = 0; i < shape.columns; ++i)
      scratch[i] = static_cast<Sum>(scores[i]) * shape.scale;
  } else {
    for (int64_t i = 0; i < shape.columns; ++i)
      scratch[i] = shape.usable[i] ? static_cast<Sum>(scores[i]) * shape.scale : kNever;
  }
}

/// The highest score of a row and the sum of e^(score − highest).
template <class Sum>
struct RowSum {
  Sum highest, sum;
};

/// scratch: e^(score − highest).
template <class T, class Sum>
YOSO_INLINE inline RowSum<Sum> exponentials(const SoftmaxRows<Sum>& shape, const T* scores) {
  scale_row(shape, scores);
  Sum* const scratch = shape.scratch;
  const auto value = [=](int64_t i) YOSO_INLINE { return scratch[i]; };
  const Sum highest = reduce(shape.columns, -std::numeric_limits<Sum>::infinity(), value,
                             [](Sum a, Sum b) YOSO_INLINE { return a > b ? a : b; });
  for (int64_t i = 0; i < shape.columns; ++i) scratch[i] = exponential(scratch[i] - highest);
  return {highest,
          reduce(shape.columns, Sum{0}, value, [](Sum a, Sum b) YOSO_INLINE { return a + b; })};
}

}  // namespace

template <class T>
void softmax_forward(const SoftmaxRows<SoftmaxSum<T>>& shape, T* weights, SoftmaxSum<T>* log_sums) {
  using Sum = SoftmaxSum<T>;
  const Sum* const scratch = shape.scratch;
  const auto loop = [&](int64_t first, int64_t last) YOSO_INLINE {
    for (int64_t row = first; row < last; ++row) {
      T* const of_row = weights + row * shape.columns;
      const RowSum<Sum> found = exponentials(shape, of_row);
      log_sums[row] = found.highest + std::log(found.sum);
      const Sum factor = static_cast<Sum>(shape.mask.scale()) / found.sum;
      const MaskRow kept(shape.mask, shape.position + row * shape.columns);
      for (int64_t i = 0; i < shape.columns; ++i)
        of_row[i] = static_cast<T>(kept(i) ? scratch[i] * factor : Sum{0});
    }
  };
  runtime::vectorized(loop, 0, shape.rows);
}

template <class T>
void softmax_backward(const SoftmaxRows<SoftmaxSum<T>>& shape, T* weights, T* grads,
                      const SoftmaxSum<T>* log_sums, const SoftmaxSum<T>* along) {
  using Sum = SoftmaxSum<T>;
  const Sum* const scratch = shape.scratch;
  const Sum keep_scale = static_cast<Sum>(shape.mask.scale());
  const auto loop = [&](int64_t first, int64_t last) YOSO_INLINE {
    for (int64_t row = first; row < last; ++row) {
      T* const of_row = weights + row * shape.columns;
      T* const grad = grads + row * shape.columns;
      scale_row(shape, of_row);
      const Sum log_sum = log_sums[row], mean = along[row];
      const MaskRow kept(shape.mask, shape.position + row * shape.columns);
      for (int64_t i = 0; i < shape.columns; ++i) {
        const Sum weight = exponential(scratch[i] - log_sum);
        const Sum factor = kept(i) ? keep_scale : Sum{0};
        of_row[i] = static_cast<T>(weight * factor);
        grad[i] =
            static_cast<T>(weight * (factor * static_cast<Sum>(grad[i]) - mean) * shape.scale);
      }
    }
  };
  runtime::vectorized(loop, 0, shape.rows);
}

#define YOSO_SOFTMAX(T)                                                                           \
  template void softmax_forward(const SoftmaxRows<SoftmaxSum<T>>&, T*, SoftmaxSum<T>*);           \
  template void softmax_backward(const SoftmaxRows<SoftmaxSum<T>>&, T*, T*, const SoftmaxSum<T>*, \
                                 const SoftmaxSum<T>*);
YOSO_SOFTMAX(float)
YOSO_SOFTMAX(double)
YOSO_SOFTMAX(c10::BFloat16)
#undef YOSO_SOFTMAX

}  // namespace yoso::nn::cpu
