#pragma once

#include <c10/core/Device.h>

#include <string>

#include "yoso/ops/kernels/device.h"

namespace yoso::ops::cuda {

// What differs between a GPU and its simulator in the tests: runtime.cpp is linked for the one,
// tests/cuda_kernels/simulated_runtime.cpp for the other.

/// The stream that LibTorch works on.
cudaStream_t current_stream(const c10::Device& device);

std::string error_text(cudaError_t error);

}  // namespace yoso::ops::cuda
