#pragma once

#include "yoso/ops/cuda/attention_tensors.h"
#include "yoso/ops/cuda/launch.h"
#include "yoso/ops/cuda/lists.h"

namespace yoso::ops::cuda {

/// B̄ from, or B̄ᵀ from, for some heads; `sources` must be sorted.
void add_sampled_sums(const Launch& launch, const kernels::HeadGroup& heads,
                      const SortedSide& receivers, const SortedSide& sources, int64_t bits,
                      const at::Tensor& from, const at::Tensor& to);

/// Gradients of the sampled attention; `exact`: the weight of "unbiased", else "lower_bound".
AttentionGradients sampled_gradients(const Launch& launch, const AttentionTensors& tensors,
                                     const at::Tensor& query_codes, const at::Tensor& key_codes,
                                     bool exact);

}  // namespace yoso::ops::cuda
