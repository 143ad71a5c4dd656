#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>

namespace yoso::ops::cuda {

// The operators on a GPU: register.cpp puts them under the CUDA key. Arguments as in the headers of
// the operators. Nothing here waits for the GPU, so that all of it can be captured in a CUDA graph;
// the exception is YOSO_CHECK=1 in the environment, which reads codes back to check them.

using Mask = std::optional<at::Tensor>;

at::Tensor hadamard_codes(const at::Tensor& x, const at::Tensor& signs, int64_t hashes,
                          int64_t bits, const Mask& mask);

at::Tensor hyperplane_codes(const at::Tensor& x, const at::Tensor& planes, const Mask& mask);

at::Tensor sampled_attention(const at::Tensor& query, const at::Tensor& key,
                             const at::Tensor& value, const at::Tensor& query_codes,
                             const at::Tensor& key_codes, int64_t bits, const Mask& query_mask,
                             const Mask& key_mask, std::string_view gradient);

std::tuple<at::Tensor, at::Tensor, at::Tensor> sampled_attention_backward(
    const at::Tensor& grad, const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
    const at::Tensor& query_codes, const at::Tensor& key_codes, int64_t bits,
    const Mask& query_mask, const Mask& key_mask, std::string_view gradient, bool need_query,
    bool need_key, bool need_value);

at::Tensor expected_attention(const at::Tensor& query, const at::Tensor& key,
                              const at::Tensor& value, int64_t bits, const Mask& query_mask,
                              const Mask& key_mask, std::string_view gradient);

std::tuple<at::Tensor, at::Tensor, at::Tensor> expected_attention_backward(
    const at::Tensor& grad, const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
    int64_t bits, const Mask& query_mask, const Mask& key_mask, std::string_view gradient,
    bool need_query, bool need_key, bool need_value);

}  // namespace yoso::ops::cuda
