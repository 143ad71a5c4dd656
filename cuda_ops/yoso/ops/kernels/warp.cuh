#pragma once

#include "yoso/ops/kernels/device.h"

namespace yoso::ops::kernels {

constexpr int kWarpSize = 32;
constexpr uint32_t kAllLanes = 0xffffffffu;

__device__ inline int lane_index() { return static_cast<int>(threadIdx.x) % kWarpSize; }
__device__ inline int warp_index() { return static_cast<int>(threadIdx.x) / kWarpSize; }

/// Sum of the values of this lane and all below it.
__device__ inline int inclusive_scan(int value) {
#pragma unroll
  for (int step = 1; step < kWarpSize; step *= 2) {
    const int below = __shfl_up_sync(kAllLanes, value, step);
    if (lane_index() >= step) value += below;
  }
  return value;
}

}  // namespace yoso::ops::kernels
