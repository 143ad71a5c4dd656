#include "yoso/ops/hyperplane_codes.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/util/Exception.h>
#include <torch/library.h>

#include "yoso/ops/arguments.h"
#include "yoso/ops/checks.h"

namespace yoso::ops {

at::Tensor hyperplane_codes(const at::Tensor& x, const at::Tensor& planes,
                            const std::optional<at::Tensor>& mask) {
  static const auto op = c10::Dispatcher::singleton()
                             .findSchemaOrThrow("yoso::hyperplane_codes", "")
                             .typed<decltype(hyperplane_codes)>();
  return op.call(x, planes, mask);
}

void check_hyperplane_codes(const at::Tensor& x, const at::Tensor& planes,
                            const std::optional<at::Tensor>& mask) {
  const Arguments check("hyperplane_codes");
  check.has_dims("x", x, 4, "[batch, heads, length, head_dim]");
  check.has_dims("planes", planes, 4, "[groups, hashes, bits, head_dim]");
  check.is_floating("x", x);
  check.is_floating("planes", planes);
  check.same_device("planes", planes, "x", x);
  check.at_least_one("x", x, 3);
  check.same_size("planes", planes, 3, "x", x, 3);
  check.fits_groups("planes", planes, x);
  check.at_least_one("planes", planes, 1);
  check.at_least_one("planes", planes, 2);
  TORCH_CHECK(planes.sym_size(2) <= kMaxBits, "yoso::hyperplane_codes: planes.size(2) is ",
              planes.sym_size(2), ", expected at most ", kMaxBits, " bits");
  check.fits_mask("mask", mask, "x", x);
}

TORCH_LIBRARY_FRAGMENT(yoso, library) {
  library.def("hyperplane_codes(Tensor x, Tensor planes, Tensor? mask=None) -> Tensor");
}

}  // namespace yoso::ops
