#include <torch/library.h>

#include "yoso/ops/checks.h"
#include "yoso/ops/meta/attention_meta.h"

namespace yoso::ops {
namespace {

at::Tensor sampled_attention_meta(const at::Tensor& query, const at::Tensor& key,
                                  const at::Tensor& value, const at::Tensor& query_codes,
                                  const at::Tensor& key_codes, int64_t bits,
                                  const std::optional<at::Tensor>& query_mask,
                                  const std::optional<at::Tensor>& key_mask,
                                  std::string_view gradient) {
  check_sampled_attention(nullptr, query, key, value, query_codes, key_codes, bits, query_mask,
                          key_mask, gradient);
  return attention_meta(query, value);
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> sampled_attention_backward_meta(
    const at::Tensor& grad, const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
    const at::Tensor& query_codes, const at::Tensor& key_codes, int64_t bits,
    const std::optional<at::Tensor>& query_mask, const std::optional<at::Tensor>& key_mask,
    std::string_view gradient, bool need_query, bool need_key, bool need_value) {
  check_sampled_attention(&grad, query, key, value, query_codes, key_codes, bits, query_mask,
                          key_mask, gradient);
  return attention_backward_meta(query, key, value, need_query, need_key, need_value);
}

}  // namespace

TORCH_LIBRARY_IMPL(yoso, Meta, library) {
  library.impl("sampled_attention", sampled_attention_meta);
  library.impl("_sampled_attention_backward", sampled_attention_backward_meta);
}

}  // namespace yoso::ops
