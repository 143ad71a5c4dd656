#include "yoso/ops/attention_arguments.h"

namespace yoso::ops {

void check_attention(const Arguments& check, const at::Tensor* grad, const at::Tensor& query,
                     const at::Tensor& key, const at::Tensor& value, int64_t bits,
                     const std::optional<at::Tensor>& query_mask,
                     const std::optional<at::Tensor>& key_mask) {
  check.has_dims("query", query, 4, "[batch, heads, query length, head_dim]");
  check.has_dims("key", key, 4, "[batch, heads, key length, head_dim]");
  check.has_dims("value", value, 4, "[batch, heads, key length, value_dim]");
  check.is_floating("query", query);
  check.same_dtype("key", key, "query", query);
  check.is_floating("value", value);
  check.same_device("key", key, "query", query);
  check.same_device("value", value, "query", query);
  for (int64_t dim : {0, 1}) {
    check.same_size("key", key, dim, "query", query, dim);
    check.same_size("value", value, dim, "query", query, dim);
  }
  check.same_size("key", key, 3, "query", query, 3);
  check.same_size("value", value, 2, "key", key, 2);
  check.at_least_one("query", query, 3);
  check.in_range("bits", bits, 1, kMaxBits);
  check.fits_mask("query_mask", query_mask, "query", query);
  check.fits_mask("key_mask", key_mask, "key", key);
  if (grad == nullptr) return;
  check.has_dims("grad", *grad, 4, "[batch, heads, query length, value_dim]");
  check.same_dtype("grad", *grad, "value", value);
  check.same_device("grad", *grad, "query", query);
  for (int64_t dim : {0, 1, 2}) check.same_size("grad", *grad, dim, "query", query, dim);
  check.same_size("grad", *grad, 3, "value", value, 3);
}

}  // namespace yoso::ops
