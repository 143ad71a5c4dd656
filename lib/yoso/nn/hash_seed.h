#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace yoso::nn {

/// Which random numbers a training step draws. Signs are a pure function of (seed, layer, step,
/// global row, head), so they are the same in any micro-batch split, on any rank and when a layer
/// is computed again.
struct HashSeed {
  uint64_t seed = 0;
  int64_t step = 0;
  at::Tensor rows;  // int64 [batch]: each row's position in the step's global batch
};

}  // namespace yoso::nn
