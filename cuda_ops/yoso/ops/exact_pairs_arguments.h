#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "yoso/ops/api.h"
#include "yoso/ops/exact_pairs_attention.h"

namespace yoso::ops {

/// The tensors of exact_pairs_attention.
struct PairTensors {
  at::Tensor query, key, value, query_codes, key_codes;
  std::optional<at::Tensor> query_mask, key_mask, document;
};

/// What its backward is given beside.
struct PairGradient {
  at::Tensor grad, context, log_norm;
  std::array<bool, 3> needed;  // query, key, value
};

using PairResults = std::tuple<at::Tensor, at::Tensor>;
using PairGradients3 = std::tuple<at::Tensor, at::Tensor, at::Tensor>;

/// The operator's and its backward's arguments as the dispatcher hands them over, written once.
template <auto kRun>
PairResults unpack(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                   const at::Tensor& query_codes, const at::Tensor& key_codes,
                   const std::optional<at::Tensor>& query_mask,
                   const std::optional<at::Tensor>& key_mask,
                   const std::optional<at::Tensor>& document, std::string_view kernel, int64_t bits,
                   double scale, std::string_view normalize, int64_t hash_bits, int64_t partners,
                   int64_t cap, int64_t band, int64_t first_tokens, int64_t last_tokens,
                   std::string_view tail, int64_t cells) {
  return kRun({query, key, value, query_codes, key_codes, query_mask, key_mask, document},
              {std::string(kernel), bits, scale, std::string(normalize), hash_bits, partners, cap,
               band, first_tokens, last_tokens, std::string(tail), cells});
}

template <auto kRun>
PairGradients3 unpack_backward(const at::Tensor& grad, const at::Tensor& context,
                               const at::Tensor& log_norm, const at::Tensor& query,
                               const at::Tensor& key, const at::Tensor& value,
                               const at::Tensor& query_codes, const at::Tensor& key_codes,
                               const std::optional<at::Tensor>& query_mask,
                               const std::optional<at::Tensor>& key_mask,
                               const std::optional<at::Tensor>& document, std::string_view kernel,
                               int64_t bits, double scale, std::string_view normalize,
                               int64_t hash_bits, int64_t partners, int64_t cap, int64_t band,
                               int64_t first_tokens, int64_t last_tokens, std::string_view tail,
                               int64_t cells, bool need_query, bool need_key, bool need_value) {
  return kRun({grad, context, log_norm, {need_query, need_key, need_value}},
              {query, key, value, query_codes, key_codes, query_mask, key_mask, document},
              {std::string(kernel), bits, scale, std::string(normalize), hash_bits, partners, cap,
               band, first_tokens, last_tokens, std::string(tail), cells});
}

/// Calls the operator, or its backward (private: only autograd does), through the dispatcher.
PairResults call_exact_pairs(const PairTensors& tensors, const ExactPairs& pairs);
PairGradients3 call_exact_pairs_backward(const PairGradient& gradient, const PairTensors& tensors,
                                         const ExactPairs& pairs);

/// The checks that every kernel calls first; `gradient` is null in the forward. Throws c10::Error
/// naming the argument that does not fit.
YOSO_API void check_exact_pairs(const PairGradient* gradient, const PairTensors& tensors,
                                const ExactPairs& pairs);

}  // namespace yoso::ops
