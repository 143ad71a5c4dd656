#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "yoso/ops/api.h"
#include "yoso/ops/gradient.h"

namespace yoso::ops {

// The checks of arguments that every kernel of an operator (CPU, CUDA, Meta) calls first. Each is
// defined beside the operator's schema and throws c10::Error naming the argument that does not fit.
// Exported for the tests, which run the CUDA files in a simulator of their own.

YOSO_API void check_hyperplane_codes(const at::Tensor& x, const at::Tensor& planes,
                                     const std::optional<at::Tensor>& mask);

YOSO_API void check_hadamard_codes(const at::Tensor& x, const at::Tensor& signs, int64_t hashes,
                                   int64_t bits, const std::optional<at::Tensor>& mask);

YOSO_API void check_centred_codes(const at::Tensor& x, const at::Tensor& signs, int64_t hashes,
                                  int64_t bits, const std::optional<at::Tensor>& mask,
                                  const std::optional<at::Tensor>& document);

/// The arguments of sampled_attention (`grad` is null) or of its backward. Returns `gradient`
/// parsed.
YOSO_API Gradient check_sampled_attention(const at::Tensor* grad, const at::Tensor& query,
                                          const at::Tensor& key, const at::Tensor& value,
                                          const at::Tensor& query_codes,
                                          const at::Tensor& key_codes, int64_t bits,
                                          const std::optional<at::Tensor>& query_mask,
                                          const std::optional<at::Tensor>& key_mask,
                                          std::string_view gradient);

/// The arguments of expected_attention (`grad` is null) or of its backward. Returns `gradient`
/// parsed.
YOSO_API Gradient check_expected_attention(const at::Tensor* grad, const at::Tensor& query,
                                           const at::Tensor& key, const at::Tensor& value,
                                           int64_t bits,
                                           const std::optional<at::Tensor>& query_mask,
                                           const std::optional<at::Tensor>& key_mask,
                                           std::string_view gradient);

}  // namespace yoso::ops
