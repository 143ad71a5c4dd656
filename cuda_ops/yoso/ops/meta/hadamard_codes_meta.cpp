#include <ATen/ops/empty.h>
#include <torch/library.h>

#include "yoso/ops/checks.h"

namespace yoso::ops {
namespace {

at::Tensor hadamard_codes_meta(const at::Tensor& x, const at::Tensor& signs, int64_t hashes,
                               int64_t bits, const std::optional<at::Tensor>& mask) {
  check_hadamard_codes(x, signs, hashes, bits, mask);
  return at::empty_symint({x.sym_size(0), x.sym_size(1), hashes, x.sym_size(2)},
                          x.options().dtype(at::kInt));
}

}  // namespace

TORCH_LIBRARY_IMPL(yoso, Meta, library) { library.impl("hadamard_codes", hadamard_codes_meta); }

}  // namespace yoso::ops
