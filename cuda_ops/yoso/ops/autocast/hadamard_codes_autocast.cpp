#include <torch/library.h>

#include "yoso/ops/autocast/cast.h"
#include "yoso/ops/hadamard_codes.h"

namespace yoso::ops {
namespace {

at::Tensor hadamard_codes_autocast(const at::Tensor& x, const at::Tensor& signs, int64_t hashes,
                                   int64_t bits, const std::optional<at::Tensor>& mask) {
  const AutocastOff off;
  return hadamard_codes(cast_rows(x), signs, hashes, bits, mask);
}

}  // namespace

TORCH_LIBRARY_IMPL(yoso, AutocastCPU, library) {
  library.impl("hadamard_codes", hadamard_codes_autocast);
}
TORCH_LIBRARY_IMPL(yoso, AutocastCUDA, library) {
  library.impl("hadamard_codes", hadamard_codes_autocast);
}

}  // namespace yoso::ops
