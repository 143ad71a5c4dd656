#include <ATen/autocast_mode.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <torch/library.h>

#include <tuple>
#include <utility>

#include "yoso/ops/centred_codes.h"
#include "yoso/ops/exact_pairs_arguments.h"
#include "yoso/ops/expected_attention.h"
#include "yoso/ops/hadamard_codes.h"
#include "yoso/ops/hyperplane_codes.h"
#include "yoso/ops/sampled_attention.h"

// The operators under autocast (mixed precision): codes and sums are float32, the result keeps the
// dtype of value. The operators themselves sum rows of bfloat16 and float16 in float32, so those
// stay as they are: a copy in float32 would only take time, and memory until the backward.

namespace yoso::ops {
namespace {

at::Tensor to_float32(const at::Tensor& tensor) {
  return at::autocast::cached_cast(at::kFloat, tensor, tensor.device().type());
}

at::Tensor cast_rows(const at::Tensor& rows) {
  return at::isReducedFloatingType(rows.scalar_type()) ? rows : to_float32(rows);
}

/// The operators require queries and keys of one dtype.
std::pair<at::Tensor, at::Tensor> cast_rows(const at::Tensor& query, const at::Tensor& key) {
  if (query.scalar_type() != key.scalar_type()) return {to_float32(query), to_float32(key)};
  return {cast_rows(query), cast_rows(key)};
}

/// Lets an Autocast kernel call its operator again without being called itself.
struct AutocastOff {
  c10::impl::ExcludeDispatchKeyGuard guard{
      c10::DispatchKeySet({c10::DispatchKey::AutocastCPU, c10::DispatchKey::AutocastCUDA})};
};

at::Tensor hyperplane_codes_autocast(const at::Tensor& x, const at::Tensor& planes,
                                     const std::optional<at::Tensor>& mask) {
  const AutocastOff off;
  return hyperplane_codes(cast_rows(x), cast_rows(planes), mask);
}

at::Tensor hadamard_codes_autocast(const at::Tensor& x, const at::Tensor& signs, int64_t hashes,
                                   int64_t bits, const std::optional<at::Tensor>& mask) {
  const AutocastOff off;
  return hadamard_codes(cast_rows(x), signs, hashes, bits, mask);
}

at::Tensor centred_codes_autocast(const at::Tensor& x, const at::Tensor& signs, int64_t hashes,
                                  int64_t bits, const std::optional<at::Tensor>& mask,
                                  const std::optional<at::Tensor>& document) {
  const AutocastOff off;
  return centred_codes(cast_rows(x), signs, hashes, bits, mask, document);
}

at::Tensor sampled_attention_autocast(const at::Tensor& query, const at::Tensor& key,
                                      const at::Tensor& value, const at::Tensor& query_codes,
                                      const at::Tensor& key_codes, int64_t bits,
                                      const std::optional<at::Tensor>& query_mask,
                                      const std::optional<at::Tensor>& key_mask,
                                      std::string_view gradient) {
  const AutocastOff off;
  const auto [q, k] = cast_rows(query, key);
  return sampled_attention(q, k, value, query_codes, key_codes, bits, query_mask, key_mask,
                           gradient);
}

at::Tensor expected_attention_autocast(const at::Tensor& query, const at::Tensor& key,
                                       const at::Tensor& value, int64_t bits,
                                       const std::optional<at::Tensor>& query_mask,
                                       const std::optional<at::Tensor>& key_mask,
                                       std::string_view gradient) {
  const AutocastOff off;
  const auto [q, k] = cast_rows(query, key);
  return expected_attention(q, k, value, bits, query_mask, key_mask, gradient);
}

PairResults exact_pairs_autocast(const PairTensors& tensors, const ExactPairs& pairs) {
  const AutocastOff off;
  PairTensors cast = tensors;
  std::tie(cast.query, cast.key) = cast_rows(tensors.query, tensors.key);
  return call_exact_pairs(cast, pairs);
}

void register_autocast(torch::Library& library) {
  library.impl("hyperplane_codes", hyperplane_codes_autocast);
  library.impl("hadamard_codes", hadamard_codes_autocast);
  library.impl("centred_codes", centred_codes_autocast);
  library.impl("sampled_attention", sampled_attention_autocast);
  library.impl("expected_attention", expected_attention_autocast);
  library.impl("exact_pairs_attention", unpack<exact_pairs_autocast>);
}

}  // namespace

TORCH_LIBRARY_IMPL(yoso, AutocastCPU, library) { register_autocast(library); }
TORCH_LIBRARY_IMPL(yoso, AutocastCUDA, library) { register_autocast(library); }

}  // namespace yoso::ops
