#include <torch/library.h>

#include "yoso/ops/checks.h"
#include "yoso/ops/cpu/expected_backward.h"
#include "yoso/ops/cpu/expected_sums.h"
#include "yoso/ops/cpu/results.h"

namespace yoso::ops {
namespace {

template <class T>
void expected_forward(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                      int64_t bits, const cpu::ValidRows& queries, const cpu::ValidRows& keys,
                      const at::Tensor& result) {
  const cpu::RowReader query_rows(query), key_rows(key), value_rows(value);
  const cpu::RowWriter sums(result);
  cpu::ExpectedSums<T>{.x = {&query_rows, &key_rows},
                       .y = {nullptr, &value_rows},
                       .sums = {&sums, nullptr},
                       .grad_x = {nullptr, nullptr},
                       .weight = cpu::PairWeight::constant,
                       .bits = bits,
                       .factor = T(1)}
      .run(queries, keys, query.size(0), query.size(1));
}

at::Tensor expected_attention_cpu(const at::Tensor& query, const at::Tensor& key,
                                  const at::Tensor& value, int64_t bits,
                                  const std::optional<at::Tensor>& query_mask,
                                  const std::optional<at::Tensor>& key_mask,
                                  std::string_view gradient) {
  check_expected_attention(nullptr, query, key, value, bits, query_mask, key_mask, gradient);
  const at::Tensor result = cpu::new_rows(
      {query.size(0), query.size(1), query.size(2), value.size(3)}, value.options(), query_mask);
  const cpu::ValidRows queries(query_mask, query.size(0), query.size(2));
  const cpu::ValidRows keys(key_mask, key.size(0), key.size(2));
  const auto forward =
      cpu::needs_double(query, value) ? expected_forward<double> : expected_forward<float>;
  forward(query, key, value, bits, queries, keys, result);
  return result;
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> expected_attention_backward_cpu(
    const at::Tensor& grad, const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
    int64_t bits, const std::optional<at::Tensor>& query_mask,
    const std::optional<at::Tensor>& key_mask, std::string_view gradient, bool need_query,
    bool need_key, bool need_value) {
  const Gradient kind =
      check_expected_attention(&grad, query, key, value, bits, query_mask, key_mask, gradient);
  return cpu::expected_backward(grad, query, key, value, bits, query_mask, key_mask, kind,
                                {need_query, need_key, need_value});
}

}  // namespace

TORCH_LIBRARY_IMPL(yoso, CPU, library) {
  library.impl("expected_attention", expected_attention_cpu);
  library.impl("_expected_attention_backward", expected_attention_backward_cpu);
}

}  // namespace yoso::ops
