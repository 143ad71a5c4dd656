#include <ATen/ops/empty.h>
#include <torch/library.h>

#include "yoso/ops/checks.h"

namespace yoso::ops {
namespace {

at::Tensor hyperplane_codes_meta(const at::Tensor& x, const at::Tensor& planes,
                                 const std::optional<at::Tensor>& mask) {
  check_hyperplane_codes(x, planes, mask);
  return at::empty_symint({x.sym_size(0), x.sym_size(1), planes.sym_size(1), x.sym_size(2)},
                          x.options().dtype(at::kInt));
}

}  // namespace

TORCH_LIBRARY_IMPL(yoso, Meta, library) { library.impl("hyperplane_codes", hyperplane_codes_meta); }

}  // namespace yoso::ops
