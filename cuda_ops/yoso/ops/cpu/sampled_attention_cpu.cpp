#include <torch/library.h>

#include <array>

#include "yoso/ops/checks.h"
#include "yoso/ops/cpu/bucket_ids.h"
#include "yoso/ops/cpu/bucket_sums.h"
#include "yoso/ops/cpu/expected_backward.h"
#include "yoso/ops/cpu/head_group.h"
#include "yoso/ops/cpu/pair_gradients.h"
#include "yoso/ops/cpu/results.h"

namespace yoso::ops {
namespace {

template <class Sums>
void run_in_groups(const char* op, const Sums& sums, const at::Tensor& query_codes,
                   const at::Tensor& key_codes, const cpu::ValidRows& queries,
                   const cpu::ValidRows& keys) {
  const int64_t hashes = query_codes.size(2);
  const int64_t bytes = cpu::BucketIds::bytes_per_head(hashes, queries, keys) +
                        sums.bytes_per_head(hashes, queries, keys);
  cpu::for_each_group(queries, keys, query_codes.size(0), query_codes.size(1), bytes,
                      [&](const cpu::HeadGroup& heads) {
                        sums.run(cpu::BucketIds(op, query_codes, key_codes, sums.bits, heads));
                      });
}

template <class T>
void sampled_forward(const at::Tensor& value, const at::Tensor& query_codes,
                     const at::Tensor& key_codes, int64_t bits, const cpu::ValidRows& queries,
                     const cpu::ValidRows& keys, const at::Tensor& result) {
  const cpu::RowReader values(value);
  const cpu::RowWriter results(result);
  const cpu::BucketSums<T> sums{.value = &values,
                                .result = &results,
                                .bits = bits,
                                .factor = T(1) / static_cast<T>(query_codes.size(2))};
  run_in_groups("sampled_attention", sums, query_codes, key_codes, queries, keys);
}

at::Tensor sampled_attention_cpu(const at::Tensor& query, const at::Tensor& key,
                                 const at::Tensor& value, const at::Tensor& query_codes,
                                 const at::Tensor& key_codes, int64_t bits,
                                 const std::optional<at::Tensor>& query_mask,
                                 const std::optional<at::Tensor>& key_mask,
                                 std::string_view gradient) {
  check_sampled_attention(nullptr, query, key, value, query_codes, key_codes, bits, query_mask,
                          key_mask, gradient);
  const cpu::ValidRows queries(query_mask, query.size(0), query.size(2));
  const cpu::ValidRows keys(key_mask, key.size(0), key.size(2));
  const at::Tensor result = cpu::new_rows(
      {query.size(0), query.size(1), query.size(2), value.size(3)}, value.options(), query_mask);
  const auto forward =
      cpu::needs_double(query, value) ? sampled_forward<double> : sampled_forward<float>;
  forward(value, query_codes, key_codes, bits, queries, keys, result);
  return result;
}

template <class T>
void sampled_backward(const at::Tensor& grad, const at::Tensor& query, const at::Tensor& key,
                      const at::Tensor& value, const at::Tensor& query_codes,
                      const at::Tensor& key_codes, int64_t bits, const cpu::ValidRows& queries,
                      const cpu::ValidRows& keys, Gradient gradient,
                      const cpu::Gradients& gradients) {
  const cpu::RowReader query_rows(query), key_rows(key), grad_rows(grad), value_rows(value);
  const bool constant = gradient == Gradient::lower_bound;
  const T mean = T(1) / static_cast<T>(query_codes.size(2));
  const cpu::PairGradients<T> sums{
      .x = {&query_rows, &key_rows},
      .y = {&grad_rows, &value_rows},
      .grad_x = {gradients.query_writer(), gradients.key_writer()},
      .grad_value = gradients.value_writer(),
      .weight = constant ? cpu::PairWeight::constant : cpu::PairWeight::exact,
      .bits = bits,
      .sum_factor = mean,
      .grad_factor = constant ? mean * static_cast<T>(bits) / 2 : mean};
  run_in_groups("_sampled_attention_backward", sums, query_codes, key_codes, queries, keys);
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> sampled_attention_backward_cpu(
    const at::Tensor& grad, const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
    const at::Tensor& query_codes, const at::Tensor& key_codes, int64_t bits,
    const std::optional<at::Tensor>& query_mask, const std::optional<at::Tensor>& key_mask,
    std::string_view gradient, bool need_query, bool need_key, bool need_value) {
  const Gradient kind = check_sampled_attention(&grad, query, key, value, query_codes, key_codes,
                                                bits, query_mask, key_mask, gradient);
  const std::array<bool, 3> needed{need_query, need_key, need_value};
  if (kind == Gradient::expected_lower_bound)
    return cpu::expected_backward(grad, query, key, value, bits, query_mask, key_mask, kind,
                                  needed);

  const cpu::ValidRows queries(query_mask, query.size(0), query.size(2));
  const cpu::ValidRows keys(key_mask, key.size(0), key.size(2));
  const cpu::Gradients gradients(query, key, value, query_mask, key_mask, needed);
  const auto backward =
      cpu::needs_double(query, value) ? sampled_backward<double> : sampled_backward<float>;
  backward(grad, query, key, value, query_codes, key_codes, bits, queries, keys, kind, gradients);
  return gradients.tensors();
}

}  // namespace

TORCH_LIBRARY_IMPL(yoso, CPU, library) {
  library.impl("sampled_attention", sampled_attention_cpu);
  library.impl("_sampled_attention_backward", sampled_attention_backward_cpu);
}

}  // namespace yoso::ops
