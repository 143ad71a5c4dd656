#include "yoso/ops/expected_attention.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/util/Exception.h>
#include <torch/library.h>

#include "yoso/ops/attention_arguments.h"
#include "yoso/ops/checks.h"
#include "yoso/ops/expected_attention_backward.h"

namespace yoso::ops {
namespace {

Gradient parse_expected_gradient(const char* op, std::string_view gradient) {
  if (gradient == "exact") return Gradient::exact;
  if (gradient == "lower_bound") return Gradient::lower_bound;
  TORCH_CHECK(false, "yoso::", op, ": gradient is \"", gradient,
              "\", expected \"exact\" or \"lower_bound\"");
}

}  // namespace

at::Tensor expected_attention(const at::Tensor& query, const at::Tensor& key,
                              const at::Tensor& value, int64_t bits,
                              const std::optional<at::Tensor>& query_mask,
                              const std::optional<at::Tensor>& key_mask,
                              std::string_view gradient) {
  static const auto op = c10::Dispatcher::singleton()
                             .findSchemaOrThrow("yoso::expected_attention", "")
                             .typed<decltype(expected_attention)>();
  return op.call(query, key, value, bits, query_mask, key_mask, gradient);
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> expected_attention_backward(
    const at::Tensor& grad, const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
    int64_t bits, const std::optional<at::Tensor>& query_mask,
    const std::optional<at::Tensor>& key_mask, std::string_view gradient, bool need_query,
    bool need_key, bool need_value) {
  static const auto op = c10::Dispatcher::singleton()
                             .findSchemaOrThrow("yoso::_expected_attention_backward", "")
                             .typed<decltype(expected_attention_backward)>();
  return op.call(grad, query, key, value, bits, query_mask, key_mask, gradient, need_query,
                 need_key, need_value);
}

Gradient check_expected_attention(const at::Tensor* grad, const at::Tensor& query,
                                  const at::Tensor& key, const at::Tensor& value, int64_t bits,
                                  const std::optional<at::Tensor>& query_mask,
                                  const std::optional<at::Tensor>& key_mask,
                                  std::string_view gradient) {
  const char* op = grad == nullptr ? "expected_attention" : "_expected_attention_backward";
  check_attention(Arguments(op), grad, query, key, value, bits, query_mask, key_mask);
  return parse_expected_gradient(op, gradient);
}

TORCH_LIBRARY_FRAGMENT(yoso, library) {
  library.def(
      "expected_attention(Tensor query, Tensor key, Tensor value, int bits, "
      "Tensor? query_mask=None, Tensor? key_mask=None, str gradient=\"exact\") -> Tensor");
  library.def(
      "_expected_attention_backward(Tensor grad, Tensor query, Tensor key, Tensor value, int bits, "
      "Tensor? query_mask, Tensor? key_mask, str gradient, "
      "bool need_query, bool need_key, bool need_value) -> (Tensor, Tensor, Tensor)");
}

}  // namespace yoso::ops
