#include <ATen/ops/empty.h>
#include <torch/library.h>

#include <tuple>

#include "yoso/ops/checks.h"
#include "yoso/ops/exact_pairs_arguments.h"

// The operators on meta tensors, which have no storage: all checks of the arguments, and results of
// the right shape and dtype.

namespace yoso::ops {
namespace {

at::Tensor codes_like(const at::Tensor& x, const c10::SymInt& hashes) {
  return at::empty_symint({x.sym_size(0), x.sym_size(1), hashes, x.sym_size(2)},
                          x.options().dtype(at::kInt));
}

at::Tensor hyperplane_codes_meta(const at::Tensor& x, const at::Tensor& planes,
                                 const std::optional<at::Tensor>& mask) {
  check_hyperplane_codes(x, planes, mask);
  return codes_like(x, planes.sym_size(1));
}

at::Tensor hadamard_codes_meta(const at::Tensor& x, const at::Tensor& signs, int64_t hashes,
                               int64_t bits, const std::optional<at::Tensor>& mask) {
  check_hadamard_codes(x, signs, hashes, bits, mask);
  return codes_like(x, hashes);
}

at::Tensor centred_codes_meta(const at::Tensor& x, const at::Tensor& signs, int64_t hashes,
                              int64_t bits, const std::optional<at::Tensor>& mask,
                              const std::optional<at::Tensor>& document) {
  check_centred_codes(x, signs, hashes, bits, mask, document);
  return codes_like(x, hashes);
}

at::Tensor attention_like(const at::Tensor& query, const at::Tensor& value) {
  return at::empty_symint(
      {query.sym_size(0), query.sym_size(1), query.sym_size(2), value.sym_size(3)},
      value.options());
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> gradients_like(const at::Tensor& query,
                                                              const at::Tensor& key,
                                                              const at::Tensor& value,
                                                              bool need_query, bool need_key,
                                                              bool need_value) {
  const auto like = [](const at::Tensor& input, bool needed) {
    return needed ? at::empty_symint(input.sym_sizes(), input.options()) : at::Tensor();
  };
  return {like(query, need_query), like(key, need_key), like(value, need_value)};
}

at::Tensor sampled_attention_meta(const at::Tensor& query, const at::Tensor& key,
                                  const at::Tensor& value, const at::Tensor& query_codes,
                                  const at::Tensor& key_codes, int64_t bits,
                                  const std::optional<at::Tensor>& query_mask,
                                  const std::optional<at::Tensor>& key_mask,
                                  std::string_view gradient) {
  check_sampled_attention(nullptr, query, key, value, query_codes, key_codes, bits, query_mask,
                          key_mask, gradient);
  return attention_like(query, value);
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> sampled_attention_backward_meta(
    const at::Tensor& grad, const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
    const at::Tensor& query_codes, const at::Tensor& key_codes, int64_t bits,
    const std::optional<at::Tensor>& query_mask, const std::optional<at::Tensor>& key_mask,
    std::string_view gradient, bool need_query, bool need_key, bool need_value) {
  check_sampled_attention(&grad, query, key, value, query_codes, key_codes, bits, query_mask,
                          key_mask, gradient);
  return gradients_like(query, key, value, need_query, need_key, need_value);
}

at::Tensor expected_attention_meta(const at::Tensor& query, const at::Tensor& key,
                                   const at::Tensor& value, int64_t bits,
                                   const std::optional<at::Tensor>& query_mask,
                                   const std::optional<at::Tensor>& key_mask,
                                   std::string_view gradient) {
  check_expected_attention(nullptr, query, key, value, bits, query_mask, key_mask, gradient);
  return attention_like(query, value);
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> expected_attention_backward_meta(
    const at::Tensor& grad, const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
    int64_t bits, const std::optional<at::Tensor>& query_mask,
    const std::optional<at::Tensor>& key_mask, std::string_view gradient, bool need_query,
    bool need_key, bool need_value) {
  check_expected_attention(&grad, query, key, value, bits, query_mask, key_mask, gradient);
  return gradients_like(query, key, value, need_query, need_key, need_value);
}

PairResults exact_pairs_meta(const PairTensors& t, const ExactPairs& pairs) {
  check_exact_pairs(nullptr, t, pairs);
  const bool wide = t.query.scalar_type() == at::kDouble || t.value.scalar_type() == at::kDouble;
  return {attention_like(t.query, t.value),
          at::empty_symint({t.query.sym_size(0), t.query.sym_size(1), t.query.sym_size(2)},
                           t.value.options().dtype(wide ? at::kDouble : at::kFloat))};
}

PairGradients3 exact_pairs_backward_meta(const PairGradient& gradient, const PairTensors& t,
                                         const ExactPairs& pairs) {
  check_exact_pairs(&gradient, t, pairs);
  return gradients_like(t.query, t.key, t.value, gradient.needed[0], gradient.needed[1],
                        gradient.needed[2]);
}

}  // namespace

TORCH_LIBRARY_IMPL(yoso, Meta, library) {
  library.impl("hyperplane_codes", hyperplane_codes_meta);
  library.impl("hadamard_codes", hadamard_codes_meta);
  library.impl("centred_codes", centred_codes_meta);
  library.impl("sampled_attention", sampled_attention_meta);
  library.impl("_sampled_attention_backward", sampled_attention_backward_meta);
  library.impl("expected_attention", expected_attention_meta);
  library.impl("_expected_attention_backward", expected_attention_backward_meta);
  library.impl("exact_pairs_attention", unpack<exact_pairs_meta>);
  library.impl("_exact_pairs_attention_backward", unpack_backward<exact_pairs_backward_meta>);
}

}  // namespace yoso::ops
