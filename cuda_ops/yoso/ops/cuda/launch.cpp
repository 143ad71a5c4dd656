#include "yoso/ops/cuda/launch.h"

#include <c10/util/Exception.h>

namespace yoso::ops::cuda {

Launch::Launch(const char* op, const at::Tensor& tensor)
    : op_(op), guard_(tensor.device()), stream_(current_stream(tensor.device())) {}

void Launch::check(cudaError_t error) const {
  TORCH_CHECK(error == cudaSuccess, "yoso::", op_, ": ", error_text(error));
}

}  // namespace yoso::ops::cuda
