#include "yoso/ops/hadamard_codes.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/util/Exception.h>
#include <torch/library.h>

#include <algorithm>
#include <limits>

#include "yoso/ops/arguments.h"
#include "yoso/ops/checks.h"

namespace yoso::ops {

int64_t hadamard_dim(int64_t head_dim, int64_t bits) {
  int64_t dim = 1;
  while (dim < std::max(head_dim, bits)) dim *= 2;
  return dim;
}

int64_t hadamard_passes(int64_t hashes, int64_t bits, int64_t head_dim) {
  const int64_t dim = hadamard_dim(head_dim, bits);
  return (hashes * bits + dim - 1) / dim;
}

at::Tensor hadamard_codes(const at::Tensor& x, const at::Tensor& signs, int64_t hashes,
                          int64_t bits, const std::optional<at::Tensor>& mask) {
  static const auto op = c10::Dispatcher::singleton()
                             .findSchemaOrThrow("yoso::hadamard_codes", "")
                             .typed<decltype(hadamard_codes)>();
  return op.call(x, signs, hashes, bits, mask);
}

void check_hadamard_codes(const at::Tensor& x, const at::Tensor& signs, int64_t hashes,
                          int64_t bits, const std::optional<at::Tensor>& mask) {
  const Arguments check("hadamard_codes");
  check.has_dims("x", x, 4, "[batch, heads, length, head_dim]");
  check.has_dims("signs", signs, 4, "[groups, passes, 3, hadamard_dim]");
  check.is_floating("x", x);
  check.has_dtype("signs", signs, at::kChar);
  check.same_device("signs", signs, "x", x);
  check.at_least_one("x", x, 3);
  check.in_range("hashes", hashes, 1, std::numeric_limits<int32_t>::max());
  check.in_range("bits", bits, 1, kMaxBits);
  check.fits_groups("signs", signs, x);
  check.at_least_one("signs", signs, 1);
  // guard_int: shape inference must know these sizes.
  const int64_t passes = signs.sym_size(1).guard_int(__FILE__, __LINE__);
  const int64_t width = signs.sym_size(3).guard_int(__FILE__, __LINE__);
  const int64_t head_dim = x.sym_size(3).guard_int(__FILE__, __LINE__);
  const int64_t dim = hadamard_dim(head_dim, bits);
  check.has_size("signs", signs, 2, 3);
  TORCH_CHECK(width == dim, "yoso::hadamard_codes: signs.size(3) is ", width, ", but head_dim ",
              head_dim, " and bits ", bits, " need ", dim);
  TORCH_CHECK((hashes * bits + passes - 1) / passes <= dim,
              "yoso::hadamard_codes: signs.size(1) is ", passes, ", but ", hashes, " hashes of ",
              bits, " bits need at least ", hadamard_passes(hashes, bits, head_dim), " passes of ",
              dim, " bits");
  check.fits_mask("mask", mask, "x", x);
}

TORCH_LIBRARY_FRAGMENT(yoso, library) {
  library.def(
      "hadamard_codes(Tensor x, Tensor signs, int hashes, int bits, Tensor? mask=None) -> Tensor");
}

}  // namespace yoso::ops
