#include <ATen/ops/empty.h>

#include "yoso/ops/checks.h"
#include "yoso/ops/cuda/expected_gradients.h"
#include "yoso/ops/cuda/inputs.h"
#include "yoso/ops/cuda/lists.h"
#include "yoso/ops/cuda/operators.h"
#include "yoso/ops/cuda/sampled_gradients.h"
#include "yoso/ops/kernels/sampled_sums.h"

namespace yoso::ops::cuda {
namespace {

void check_sampled_inputs(const char* op, const at::Tensor& query, const at::Tensor& key,
                          const at::Tensor& value, const at::Tensor& query_codes,
                          const at::Tensor& key_codes, int64_t bits, const Mask& query_mask,
                          const Mask& key_mask) {
  element_of(op, "query", query);
  element_of(op, "value", value);
  check_length(op, "query", query);
  check_length(op, "key", key);
  check_codes(op, "query_codes", query_codes, bits, query_mask);
  check_codes(op, "key_codes", key_codes, bits, key_mask);
}

}  // namespace

at::Tensor sampled_attention(const at::Tensor& query, const at::Tensor& key,
                             const at::Tensor& value, const at::Tensor& query_codes,
                             const at::Tensor& key_codes, int64_t bits, const Mask& query_mask,
                             const Mask& key_mask, std::string_view gradient) {
  const char* const op = "sampled_attention";
  check_sampled_attention(nullptr, query, key, value, query_codes, key_codes, bits, query_mask,
                          key_mask, gradient);
  check_sampled_inputs(op, query, key, value, query_codes, key_codes, bits, query_mask, key_mask);
  const Launch launch(op, query);
  const at::Tensor result =
      at::empty({query.size(0), query.size(1), query.size(2), value.size(3)}, value.options());
  if (result.numel() == 0) return result;
  const SortedSide queries(query_codes, mask_tensor(query_mask), bits);
  SortedSide keys(key_codes, mask_tensor(key_mask), bits);
  const at::Tensor values = row_tensor(value, value.scalar_type());
  const HeadGroups groups(query.size(0), query.size(1),
                          SortedSide::bytes_per_head(key_codes, bits));
  keys.reserve(groups.largest());
  groups.for_each([&](const kernels::HeadGroup& heads) {
    keys.sort(launch, heads);
    add_sampled_sums(launch, heads, queries, keys, bits, values, result);
  });
  return result;
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> sampled_attention_backward(
    const at::Tensor& grad, const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
    const at::Tensor& query_codes, const at::Tensor& key_codes, int64_t bits,
    const Mask& query_mask, const Mask& key_mask, std::string_view gradient, bool need_query,
    bool need_key, bool need_value) {
  const char* const op = "_sampled_attention_backward";
  const Gradient kind = check_sampled_attention(&grad, query, key, value, query_codes, key_codes,
                                                bits, query_mask, key_mask, gradient);
  check_sampled_inputs(op, query, key, value, query_codes, key_codes, bits, query_mask, key_mask);
  const Launch launch(op, query);
  const AttentionTensors tensors{grad,
                                 query,
                                 key,
                                 value,
                                 mask_tensor(query_mask),
                                 mask_tensor(key_mask),
                                 bits,
                                 {need_query, need_key, need_value}};
  if (kind == Gradient::expected_lower_bound)
    return expected_gradients(launch, tensors, /*exact=*/false);
  return sampled_gradients(launch, tensors, query_codes, key_codes, kind == Gradient::unbiased);
}

}  // namespace yoso::ops::cuda
