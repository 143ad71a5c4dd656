#pragma once

#include <torch/nn/module.h>

#include <functional>
#include <vector>

#include "yoso/nn/attention/attention.h"

namespace yoso::nn {

/// Figures of every layer of a model, in order, from one forward pass of `loss` in evaluation mode
/// and the gradients of what it returns. For every kind of attention:
///
///     mean_qk  mean cosine of a query and a key of a row
///
/// and for `yoso` also those of yoso_diagnostics.h: keys_per_bucket, largest_bucket, zero_rows,
/// context_cosine, gradient_cosine. Parameters, their gradients, buffers, random numbers and the
/// mode of the model are left unchanged.
std::vector<Diagnostics> diagnose(torch::nn::Module& model,
                                  const std::function<at::Tensor()>& loss);

}  // namespace yoso::nn
