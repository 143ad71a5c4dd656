// Compiled with -O3 on its own (lib/CMakeLists.txt): the loops are left to the vectoriser.
#include "yoso/nn/cpu/dropout_loops.h"

#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "yoso/nn/cpu/vectorized.h"

namespace yoso::nn::cpu {
namespace {

template <class T>
using Sum = std::conditional_t<std::is_same_v<T, double>, double, float>;

/// A 32-bit hash of a position: a finaliser of two multiplications (Mueller's and Wellons' form of
/// murmur3's) with both halves of the key in it, so that two keys never give shifted copies of one
/// mask.
__attribute__((always_inline)) inline uint32_t hash(uint32_t position, uint32_t low,
                                                    uint32_t high) {
  uint32_t z = position + low;
  z = (z ^ (z >> 16)) * 0x21f0aaadU;
  z = ((z ^ (z >> 15)) + high) * 0x735a2d97U;
  return z ^ (z >> 15);
}

uint32_t threshold(double p) {  // hashes below it are zeros
  return static_cast<uint32_t>(std::min(std::floor(p * 0x1.0p32), 0x1.0p32 - 1));
}

/// Calls value(i, kept) for every i in blocks that share the position's upper half.
template <class Value>
void for_each(int64_t begin, int64_t end, const DropoutMask& mask, const Value& value) {
  constexpr int64_t kBlock = int64_t{1} << 32;
  while (begin < end) {
    const int64_t block = begin / kBlock;
    const int64_t stop = std::min(end, (block + 1) * kBlock);
    const uint32_t low = static_cast<uint32_t>(mask.key) ^ static_cast<uint32_t>(block);
    const uint32_t high = static_cast<uint32_t>(mask.key >> 32) + static_cast<uint32_t>(block);
    const uint32_t zeros = threshold(mask.p);
    const auto loop = [ =, &value ](int64_t first, int64_t last) __attribute__((always_inline)) {
      for (int64_t i = first; i < last; ++i)
        value(i, hash(static_cast<uint32_t>(i), low, high) >= zeros);
    };
    vectorized(loop, begin, stop);
    begin = stop;
  }
}

}  // namespace

template <class From, class To>
void dropout_loop(const From* from, To* to, int64_t begin, int64_t end, const DropoutMask& mask) {
  const auto scale = static_cast<Sum<From>>(mask.scale());
  for_each(
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
  for_each(
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
