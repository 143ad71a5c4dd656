// Compiled with -O3 on its own (lib/CMakeLists.txt): the loops are left to the vectoriser.
#include "yoso/nn/cpu/dropout_loops.h"

#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

#include <type_traits>

#include "yoso/nn/cpu/dropout_mask.h"

namespace yoso::nn::cpu {
namespace {

template <class T>
using Sum = std::conditional_t<std::is_same_v<T, double>, double, float>;

}  // namespace

template <class From, class To>
void dropout_loop(const From* from, To* to, int64_t begin, int64_t end, const DropoutMask& mask) {
  const auto scale = static_cast<Sum<From>>(mask.scale());
  for_each_masked(
      begin, end, mask, [=](int64_t i, bool kept) __attribute__((always_inline)) {
        const Sum<From> scaled = static_cast<Sum<From>>(from[i]) * scale;
        to[i] = static_cast<To>(kept ? scaled : Sum<From>{0});
      });
}

template <class Residual, class From>
void dropout_add_loop(const Residual* residual, const From* from, Residual* to, int64_t begin,
                      int64_t end, const DropoutMask& mask) {
  using S = Sum<Residual>;
  const auto scale = static_cast<S>(mask.scale());
  for_each_masked(
      begin, end, mask, [=](int64_t i, bool kept) __attribute__((always_inline)) {
        const S scaled = static_cast<S>(from[i]) * scale;
        to[i] = static_cast<Residual>(static_cast<S>(residual[i]) + (kept ? scaled : S{0}));
      });
}

#define YOSO_DROPOUT(From, To) \
  template void dropout_loop(const From*, To*, int64_t, int64_t, const DropoutMask&);
YOSO_DROPOUT(float, float)
YOSO_DROPOUT(double, double)
YOSO_DROPOUT(c10::BFloat16, c10::BFloat16)
YOSO_DROPOUT(c10::Half, c10::Half)
YOSO_DROPOUT(float, c10::BFloat16)
YOSO_DROPOUT(float, c10::Half)
#undef YOSO_DROPOUT

#define YOSO_DROPOUT_ADD(Residual, From)                                                    \
  template void dropout_add_loop(const Residual*, const From*, Residual*, int64_t, int64_t, \
                                 const DropoutMask&);
YOSO_DROPOUT_ADD(float, float)
YOSO_DROPOUT_ADD(double, double)
YOSO_DROPOUT_ADD(c10::BFloat16, c10::BFloat16)
YOSO_DROPOUT_ADD(c10::Half, c10::Half)
YOSO_DROPOUT_ADD(float, c10::BFloat16)
YOSO_DROPOUT_ADD(float, c10::Half)
#undef YOSO_DROPOUT_ADD

}  // namespace yoso::nn::cpu
