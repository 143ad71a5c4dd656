#include <torch/library.h>

#include "yoso/ops/autocast/cast.h"
#include "yoso/ops/hyperplane_codes.h"

namespace yoso::ops {
namespace {

at::Tensor hyperplane_codes_autocast(const at::Tensor& x, const at::Tensor& planes,
                                     const std::optional<at::Tensor>& mask) {
  const AutocastOff off;
  return hyperplane_codes(cast_rows(x), cast_rows(planes), mask);
}

}  // namespace

TORCH_LIBRARY_IMPL(yoso, AutocastCPU, library) {
  library.impl("hyperplane_codes", hyperplane_codes_autocast);
}
TORCH_LIBRARY_IMPL(yoso, AutocastCUDA, library) {
  library.impl("hyperplane_codes", hyperplane_codes_autocast);
}

}  // namespace yoso::ops
