#include "yoso/ops/centred_codes.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/library.h>

#include "yoso/ops/arguments.h"
#include "yoso/ops/checks.h"

namespace yoso::ops {

at::Tensor centred_codes(const at::Tensor& x, const at::Tensor& signs, int64_t hashes, int64_t bits,
                         const std::optional<at::Tensor>& mask,
                         const std::optional<at::Tensor>& document) {
  static const auto op = c10::Dispatcher::singleton()
                             .findSchemaOrThrow("yoso::centred_codes", "")
                             .typed<decltype(centred_codes)>();
  return op.call(x, signs, hashes, bits, mask, document);
}

void check_centred_codes(const at::Tensor& x, const at::Tensor& signs, int64_t hashes, int64_t bits,
                         const std::optional<at::Tensor>& mask,
                         const std::optional<at::Tensor>& document) {
  check_hadamard_codes(x, signs, hashes, bits, mask);
  Arguments("centred_codes").fits_document(document, "x", x);
}

TORCH_LIBRARY_FRAGMENT(yoso, library) {
  library.def(
      "centred_codes(Tensor x, Tensor signs, int hashes, int bits, Tensor? mask=None, "
      "Tensor? document=None) -> Tensor");
}

}  // namespace yoso::ops
