#include <torch/library.h>

#include "yoso/ops/autocast/cast.h"
#include "yoso/ops/expected_attention.h"

namespace yoso::ops {
namespace {

at::Tensor expected_attention_autocast(const at::Tensor& query, const at::Tensor& key,
                                       const at::Tensor& value, int64_t bits,
                                       const std::optional<at::Tensor>& query_mask,
                                       const std::optional<at::Tensor>& key_mask,
                                       std::string_view gradient) {
  const AutocastOff off;
  const auto [q, k] = cast_rows(query, key);
  return expected_attention(q, k, value, bits, query_mask, key_mask, gradient);
}

}  // namespace

TORCH_LIBRARY_IMPL(yoso, AutocastCPU, library) {
  library.impl("expected_attention", expected_attention_autocast);
}
TORCH_LIBRARY_IMPL(yoso, AutocastCUDA, library) {
  library.impl("expected_attention", expected_attention_autocast);
}

}  // namespace yoso::ops
