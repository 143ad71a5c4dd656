#include "yoso/ops/sampled_attention.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/util/Exception.h>
#include <torch/library.h>

#include "yoso/ops/attention_arguments.h"
#include "yoso/ops/checks.h"
#include "yoso/ops/sampled_attention_backward.h"

namespace yoso::ops {
namespace {

Gradient parse_gradient(const char* op, std::string_view gradient) {
  if (gradient == "lower_bound") return Gradient::lower_bound;
  if (gradient == "unbiased") return Gradient::unbiased;
  if (gradient == "expected_lower_bound") return Gradient::expected_lower_bound;
  TORCH_CHECK(false, "yoso::", op, ": gradient is \"", gradient,
              "\", expected \"lower_bound\", \"unbiased\" or \"expected_lower_bound\"");
}

}  // namespace

at::Tensor sampled_attention(const at::Tensor& query, const at::Tensor& key,
                             const at::Tensor& value, const at::Tensor& query_codes,
                             const at::Tensor& key_codes, int64_t bits,
                             const std::optional<at::Tensor>& query_mask,
                             const std::optional<at::Tensor>& key_mask, std::string_view gradient) {
  static const auto op = c10::Dispatcher::singleton()
                             .findSchemaOrThrow("yoso::sampled_attention", "")
                             .typed<decltype(sampled_attention)>();
  return op.call(query, key, value, query_codes, key_codes, bits, query_mask, key_mask, gradient);
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> sampled_attention_backward(
    const at::Tensor& grad, const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
    const at::Tensor& query_codes, const at::Tensor& key_codes, int64_t bits,
    const std::optional<at::Tensor>& query_mask, const std::optional<at::Tensor>& key_mask,
    std::string_view gradient, bool need_query, bool need_key, bool need_value) {
  static const auto op = c10::Dispatcher::singleton()
                             .findSchemaOrThrow("yoso::_sampled_attention_backward", "")
                             .typed<decltype(sampled_attention_backward)>();
  return op.call(grad, query, key, value, query_codes, key_codes, bits, query_mask, key_mask,
                 gradient, need_query, need_key, need_value);
}

Gradient check_sampled_attention(const at::Tensor* grad, const at::Tensor& query,
                                 const at::Tensor& key, const at::Tensor& value,
                                 const at::Tensor& query_codes, const at::Tensor& key_codes,
                                 int64_t bits, const std::optional<at::Tensor>& query_mask,
                                 const std::optional<at::Tensor>& key_mask,
                                 std::string_view gradient) {
  const char* op = grad == nullptr ? "sampled_attention" : "_sampled_attention_backward";
  const Arguments check(op);
  check_attention(check, grad, query, key, value, bits, query_mask, key_mask);
  check.has_dims("query_codes", query_codes, 4, "[batch, heads, hashes, query length]");
  check.has_dims("key_codes", key_codes, 4, "[batch, heads, hashes, key length]");
  // Autograd keeps codes as int16 on a CPU (sampled_attention_autograd.cpp); meta tensors may stand
  // for such codes.
  const bool narrow = grad != nullptr && (query_codes.is_cpu() || query_codes.is_meta()) &&
                      query_codes.scalar_type() == at::kShort &&
                      key_codes.scalar_type() == at::kShort;
  if (!narrow) {
    check.has_dtype("query_codes", query_codes, at::kInt);
    check.has_dtype("key_codes", key_codes, at::kInt);
  }
  check.same_device("query_codes", query_codes, "query", query);
  check.same_device("key_codes", key_codes, "query", query);
  for (int64_t dim : {0, 1}) {
    check.same_size("query_codes", query_codes, dim, "query", query, dim);
    check.same_size("key_codes", key_codes, dim, "key", key, dim);
  }
  check.same_size("query_codes", query_codes, 3, "query", query, 2);
  check.same_size("key_codes", key_codes, 3, "key", key, 2);
  check.at_least_one("query_codes", query_codes, 2);
  check.same_size("key_codes", key_codes, 2, "query_codes", query_codes, 2);
  return parse_gradient(op, gradient);
}

TORCH_LIBRARY_FRAGMENT(yoso, library) {
  library.def(
      "sampled_attention(Tensor query, Tensor key, Tensor value, "
      "Tensor query_codes, Tensor key_codes, int bits, "
      "Tensor? query_mask=None, Tensor? key_mask=None, str gradient=\"lower_bound\") -> Tensor");
  library.def(
      "_sampled_attention_backward(Tensor grad, Tensor query, Tensor key, Tensor value, "
      "Tensor query_codes, Tensor key_codes, int bits, "
      "Tensor? query_mask, Tensor? key_mask, str gradient, "
      "bool need_query, bool need_key, bool need_value) -> (Tensor, Tensor, Tensor)");
}

}  // namespace yoso::ops
