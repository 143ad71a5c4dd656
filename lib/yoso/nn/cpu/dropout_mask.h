#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "yoso/runtime/vectorized.h"

namespace yoso::nn::cpu {

/// Which values a dropout keeps: a pure function of (key, position).
struct DropoutMask {
  uint64_t key = 0;
  double p = 0;  // probability of a zero, in [0, 1]; rounded to a multiple of 2^-32

  float scale() const { return p < 1 ? static_cast<float>(1 / (1 - p)) : 0; }
};

/// A 32-bit hash of a position: a finaliser of two multiplications (Mueller's and Wellons' form of
/// murmur3's) with both halves of the key in it, so that two keys never give shifted copies of one
/// mask.
__attribute__((always_inline)) inline uint32_t mask_hash(uint32_t position, uint32_t low,
                                                         uint32_t high) {
  uint32_t z = position + low;
  z = (z ^ (z >> 16)) * 0x21f0aaadU;
  z = ((z ^ (z >> 15)) + high) * 0x735a2d97U;
  return z ^ (z >> 15);
}

inline uint32_t mask_threshold(double p) {  // values whose hash is below it are zero
  return static_cast<uint32_t>(std::min(std::floor(p * 0x1.0p32), 0x1.0p32 - 1));
}

/// Which of the values from position `begin` on are kept. The upper 32 bits of all their positions
/// are taken to be those of `begin`.
class MaskRow {
 public:
  __attribute__((always_inline)) MaskRow(const DropoutMask& mask, int64_t begin)
      : begin_(static_cast<uint32_t>(begin)),
        low_(static_cast<uint32_t>(mask.key) ^ static_cast<uint32_t>(begin >> 32)),
        high_(static_cast<uint32_t>(mask.key >> 32) + static_cast<uint32_t>(begin >> 32)),
        zeros_(mask_threshold(mask.p)) {}

  __attribute__((always_inline)) bool operator()(int64_t i) const {
    return mask_hash(begin_ + static_cast<uint32_t>(i), low_, high_) >= zeros_;
  }

 private:
  uint32_t begin_, low_, high_, zeros_;
};

/// Calls value(i, kept) for every i in blocks that share the position's upper half.
template <class Value>
void for_each_masked(int64_t begin, int64_t end, const DropoutMask& mask, const Value& value) {
  constexpr int64_t kBlock = int64_t{1} << 32;
  while (begin < end) {
    const int64_t block = begin / kBlock * kBlock;
    const int64_t stop = std::min(end, block + kBlock);
    const MaskRow kept(mask, block);
    const auto loop = [ =, &value ](int64_t first, int64_t last) __attribute__((always_inline)) {
      for (int64_t i = first; i < last; ++i) value(i, kept(i));
    };
    runtime::vectorized(loop, begin, stop);
    begin = stop;
  }
}

}  // namespace yoso::nn::cpu
