#include <ATen/core/LegacyTypeDispatch.h>
#include <torch/library.h>

#include "yoso/ops/centred_codes.h"
#include "yoso/ops/hadamard_codes.h"
#include "yoso/ops/hyperplane_codes.h"

namespace yoso::ops {
namespace {

// Codes are integers: no gradient passes through them.

at::Tensor hyperplane_codes_autograd(const at::Tensor& x, const at::Tensor& planes,
                                     const std::optional<at::Tensor>& mask) {
  const at::AutoDispatchBelowADInplaceOrView below;
  return hyperplane_codes(x, planes, mask);
}

at::Tensor hadamard_codes_autograd(const at::Tensor& x, const at::Tensor& signs, int64_t hashes,
                                   int64_t bits, const std::optional<at::Tensor>& mask) {
  const at::AutoDispatchBelowADInplaceOrView below;
  return hadamard_codes(x, signs, hashes, bits, mask);
}

at::Tensor centred_codes_autograd(const at::Tensor& x, const at::Tensor& signs, int64_t hashes,
                                  int64_t bits, const std::optional<at::Tensor>& mask,
                                  const std::optional<at::Tensor>& document) {
  const at::AutoDispatchBelowADInplaceOrView below;
  return centred_codes(x, signs, hashes, bits, mask, document);
}

}  // namespace

TORCH_LIBRARY_IMPL(yoso, Autograd, library) {
  library.impl("hyperplane_codes", hyperplane_codes_autograd);
  library.impl("hadamard_codes", hadamard_codes_autograd);
  library.impl("centred_codes", centred_codes_autograd);
}

}  // namespace yoso::ops
