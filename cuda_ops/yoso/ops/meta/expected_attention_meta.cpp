#include <torch/library.h>

#include "yoso/ops/checks.h"
#include "yoso/ops/meta/attention_meta.h"

namespace yoso::ops {
namespace {

at::Tensor expected_attention_meta(const at::Tensor& query, const at::Tensor& key,
                                   const at::Tensor& value, int64_t bits,
                                   const std::optional<at::Tensor>& query_mask,
                                   const std::optional<at::Tensor>& key_mask,
                                   std::string_view gradient) {
  check_expected_attention(nullptr, query, key, value, bits, query_mask, key_mask, gradient);
  return attention_meta(query, value);
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> expected_attention_backward_meta(
    const at::Tensor& grad, const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
    int64_t bits, const std::optional<at::Tensor>& query_mask,
    const std::optional<at::Tensor>& key_mask, std::string_view gradient, bool need_query,
    bool need_key, bool need_value) {
  check_expected_attention(&grad, query, key, value, bits, query_mask, key_mask, gradient);
  return attention_backward_meta(query, key, value, need_query, need_key, need_value);
}

}  // namespace

TORCH_LIBRARY_IMPL(yoso, Meta, library) {
  library.impl("expected_attention", expected_attention_meta);
  library.impl("_expected_attention_backward", expected_attention_backward_meta);
}

}  // namespace yoso::ops
