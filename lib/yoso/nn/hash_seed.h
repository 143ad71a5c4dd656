#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace yoso::nn {

/// The seed of the hash functions that a training step samples. Their random numbers are a pure
/// function of (seed, layer, step, global row, head), so they are the same in any micro-batch
/// split, on any rank and when a layer is computed again.
struct HashSeed {
  uint64_t seed = 0;
  int64_t step = 0;
  at::Tensor rows;  // int64 [batch]: each row's position in the step's global batch
};

}  // namespace yoso::nn
