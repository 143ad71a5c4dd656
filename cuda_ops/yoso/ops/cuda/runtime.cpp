#include "yoso/ops/cuda/runtime.h"

#include <c10/cuda/CUDAStream.h>

namespace yoso::ops::cuda {

cudaStream_t current_stream(const c10::Device& device) {
  return c10::cuda::getCurrentCUDAStream(device.index());
}

std::string error_text(cudaError_t error) { return cudaGetErrorString(error); }

}  // namespace yoso::ops::cuda
