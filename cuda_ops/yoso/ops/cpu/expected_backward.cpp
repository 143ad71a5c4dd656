#include "yoso/ops/cpu/expected_backward.h"

#include "yoso/ops/cpu/expected_sums.h"
#include "yoso/ops/cpu/results.h"

namespace yoso::ops::cpu {
namespace {

template <class T>
void add_expected(const at::Tensor& grad, const at::Tensor& query, const at::Tensor& key,
                  const at::Tensor& value, int64_t bits, const ValidRows& queries,
                  const ValidRows& keys, Gradient gradient, const Gradients& gradients) {
  const RowReader query_rows(query), key_rows(key), grad_rows(grad), value_rows(value);
  const bool exact = gradient == Gradient::exact;
  ExpectedSums<T>{.x = {&query_rows, &key_rows},
                  .y = {&grad_rows, &value_rows},
                  .sums = {nullptr, gradients.value_writer()},
                  .grad_x = {gradients.query_writer(), gradients.key_writer()},
                  .weight = exact ? PairWeight::exact : PairWeight::constant,
                  .bits = bits,
                  .factor = exact ? T(1) : static_cast<T>(bits) / 2}
      .run(queries, keys, query.size(0), query.size(1));
}

}  // namespace

std::tuple<at::Tensor, at::Tensor, at::Tensor> expected_backward(
    const at::Tensor& grad, const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
    int64_t bits, const std::optional<at::Tensor>& query_mask,
    const std::optional<at::Tensor>& key_mask, Gradient gradient, std::array<bool, 3> needed) {
  const Gradients gradients(query, key, value, query_mask, key_mask, needed);
  const ValidRows queries(query_mask, query.size(0), query.size(2));
  const ValidRows keys(key_mask, key.size(0), key.size(2));
  const auto backward = needs_double(query, value) ? add_expected<double> : add_expected<float>;
  backward(grad, query, key, value, bits, queries, keys, gradient, gradients);
  return gradients.tensors();
}

}  // namespace yoso::ops::cpu
