#include <ATen/ops/empty.h>

#include "yoso/ops/checks.h"
#include "yoso/ops/cuda/expected_gradients.h"
#include "yoso/ops/cuda/inputs.h"
#include "yoso/ops/cuda/operators.h"
#include "yoso/ops/kernels/expected_sums.h"

namespace yoso::ops::cuda {
namespace {

using kernels::ExpectedSums;
using kernels::PairWeight;

ExpectedSums::Side side(const at::Tensor& x, const at::Tensor& y, const at::Tensor& mask) {
  return {rows_of(x), rows_of(y), mask_of(mask), x.size(2)};
}

kernels::HeadGroup all_heads(const at::Tensor& query) {
  return {query.size(1), 0, query.size(0) * query.size(1)};
}

void check_expected_inputs(const char* op, const at::Tensor& query, const at::Tensor& key,
                           const at::Tensor& value) {
  element_of(op, "query", query);
  element_of(op, "value", value);
  check_length(op, "query", query);
  check_length(op, "key", key);
}

}  // namespace

at::Tensor expected_attention(const at::Tensor& query, const at::Tensor& key,
                              const at::Tensor& value, int64_t bits, const Mask& query_mask,
                              const Mask& key_mask, std::string_view gradient) {
  const char* const op = "expected_attention";
  check_expected_attention(nullptr, query, key, value, bits, query_mask, key_mask, gradient);
  check_expected_inputs(op, query, key, value);
  const Launch launch(op, query);
  const at::ScalarType type = common_type(query, value);
  const at::Tensor q = row_tensor(query, type), k = row_tensor(key, type),
                   v = row_tensor(value, type);
  const at::Tensor result = at::empty({q.size(0), q.size(1), q.size(2), v.size(3)}, v.options());
  const at::Tensor q_mask = mask_tensor(query_mask), k_mask = mask_tensor(key_mask);
  if (result.numel() > 0)
    launch.check(kernels::expected_sums(
        {all_heads(q), side(q, q, q_mask), side(k, v, k_mask), static_cast<int>(bits),
         element_of(op, "query", q), ExpectedSums::Sum::values, PairWeight::constant, 1.0f,
         result.mutable_data_ptr()},
        launch.stream()));
  return result.to(value.scalar_type());
}

AttentionGradients expected_gradients(const Launch& launch, const AttentionTensors& t, bool exact) {
  const at::ScalarType type = common_type(t.query, t.value);
  const at::Tensor q = row_tensor(t.query, type), k = row_tensor(t.key, type),
                   v = row_tensor(t.value, type), g = row_tensor(t.grad, type);
  const ExpectedSums::Side queries = side(q, g, t.query_mask), keys = side(k, v, t.key_mask);
  const auto weight = exact ? PairWeight::exact : PairWeight::constant;
  const float factor = exact ? 1.0f : static_cast<float>(t.bits) / 2;
  const auto sum = [&](bool needed, const at::Tensor& input, const ExpectedSums::Side& to,
                       const ExpectedSums::Side& from, ExpectedSums::Sum kind) {
    if (!needed) return at::Tensor();
    const at::Tensor result = at::empty(input.sizes(), q.options());
    if (result.numel() > 0)
      launch.check(kernels::expected_sums(
          {all_heads(q), to, from, static_cast<int>(t.bits),
           element_of("_expected_attention_backward", "query", q), kind, weight,
           kind == ExpectedSums::Sum::values ? 1.0f : factor, result.mutable_data_ptr()},
          launch.stream()));
    return result.to(input.scalar_type());
  };
  return {sum(t.needed[0], t.query, queries, keys, ExpectedSums::Sum::gradients),
          sum(t.needed[1], t.key, keys, queries, ExpectedSums::Sum::gradients),
          sum(t.needed[2], t.value, keys, queries, ExpectedSums::Sum::values)};
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> expected_attention_backward(
    const at::Tensor& grad, const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
    int64_t bits, const Mask& query_mask, const Mask& key_mask, std::string_view gradient,
    bool need_query, bool need_key, bool need_value) {
  const Gradient kind =
      check_expected_attention(&grad, query, key, value, bits, query_mask, key_mask, gradient);
  check_expected_inputs("_expected_attention_backward", query, key, value);
  const Launch launch("_expected_attention_backward", query);
  return expected_gradients(launch,
                            {grad,
                             query,
                             key,
                             value,
                             mask_tensor(query_mask),
                             mask_tensor(key_mask),
                             bits,
                             {need_query, need_key, need_value}},
                            kind == Gradient::exact);
}

}  // namespace yoso::ops::cuda
