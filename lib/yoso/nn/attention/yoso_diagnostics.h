#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

#include "yoso/nn/attention/attention.h"

namespace yoso::nn {

/// One call of YOSO attention.
struct YosoCall {
  AttentionInputs inputs;
  at::Tensor query_codes, key_codes;  // int32 [batch, heads, hashes, length]
  int64_t bits = 0;
  std::string gradient;  // as sampled_attention takes it
};

/// What sampling does in one call, over its valid tokens, rows of the batch, heads and hashes:
///
///     keys_per_bucket  keys in a query's bucket, mean
///     largest_bucket   keys in the fullest bucket as a fraction of its row's keys; 1: all in one
///     zero_rows        fraction of queries without a collision with any key in any hash
///     context_cosine   cosine of a token's sampled context and its expectation over hashes, mean;
///                      0 for a zero row
///     gradient_cosine  cosine of the gradient for all queries and keys and that of the expectation
///                      (dp/dx), at `context_grad`
///
/// `context_grad` [batch, heads, length, head_dim] is the gradient with respect to the context.
/// Costs as much as two dense expectations.
Diagnostics diagnose_yoso(const YosoCall& call, const at::Tensor& context_grad);

}  // namespace yoso::nn
