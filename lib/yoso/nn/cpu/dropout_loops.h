#pragma once

#include <cstdint>

#include "yoso/nn/cpu/dropout_mask.h"

namespace yoso::nn::cpu {

/// to[i] = from[i] · scale where value i is kept, else 0, for i in [begin, end).
/// From, To: float, double, c10::BFloat16, c10::Half.
template <class From, class To>
void dropout_loop(const From* from, To* to, int64_t begin, int64_t end, const DropoutMask& mask);

/// to[i] = residual[i] + (from[i] · scale where value i is kept, else 0).
template <class Residual, class From>
void dropout_add_loop(const Residual* residual, const From* from, Residual* to, int64_t begin,
                      int64_t end, const DropoutMask& mask);

}  // namespace yoso::nn::cpu
