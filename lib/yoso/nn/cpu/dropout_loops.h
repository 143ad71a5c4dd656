#pragma once

#include <cstdint>

namespace yoso::nn::cpu {

/// Which values a dropout keeps: a pure function of (key, position).
struct DropoutMask {
  uint64_t key = 0;
  double p = 0;  // probability of a zero, in [0, 1]; rounded to a multiple of 2^-32

  float scale() const { return p < 1 ? static_cast<float>(1 / (1 - p)) : 0; }
};

/// to[i] = from[i] · scale where value i is kept, else 0, for i in [begin, end).
/// From, To: float, double, c10::BFloat16, c10::Half.
template <class From, class To>
void dropout_loop(const From* from, To* to, int64_t begin, int64_t end, const DropoutMask& mask);

/// to[i] = residual[i] + (from[i] · scale where value i is kept, else 0).
template <class Residual, class From>
void dropout_add_loop(const Residual* residual, const From* from, Residual* to, int64_t begin,
                      int64_t end, const DropoutMask& mask);

}  // namespace yoso::nn::cpu
