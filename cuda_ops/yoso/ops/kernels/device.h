#pragma once

// The one header where compiling for a GPU (nvcc) and for the simulator (any C++20 compiler, with
// YOSO_GPU_SIMULATOR defined) differ. Kernels are written once, in CUDA's own words, with these
// names beside them:
//
//   Shared<T>, SharedArena, atomic_add       shared memory (checked and watched by the simulator)
//   launch                                   in place of <<< >>>
//   bfloat16, float16, to_float, from_float  element types
//
// Everything is C++17, as nvcc compiles it so.

#include <cstddef>
#include <cstdint>

#ifdef YOSO_GPU_SIMULATOR

#include "yoso/ops/kernels/simulator/cuda_words.h"

#else

#include <cuda_runtime.h>

#ifdef __CUDACC__
#include "yoso/ops/kernels/device/device.cuh"
#endif

#endif
