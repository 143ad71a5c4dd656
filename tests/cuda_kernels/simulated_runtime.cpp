#include "yoso/ops/cuda/runtime.h"

// The simulator instead of a GPU (see cuda/runtime.h).

namespace yoso::ops::cuda {

cudaStream_t current_stream(const c10::Device&) { return nullptr; }

std::string error_text(cudaError_t) { return kernels::simulator::last_error(); }

}  // namespace yoso::ops::cuda
