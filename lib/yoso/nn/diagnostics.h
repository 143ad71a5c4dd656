#pragma once

#include <torch/nn/module.h>

#include <functional>
#include <vector>

#include "yoso/nn/attention/attention.h"

namespace yoso::nn {

/// Figures of every layer of a model, in order, from one forward pass of `loss` in evaluation mode
/// and the gradients of what it returns. For every kind of attention:
///
///     mean_qk           mean cosine of a query and a key of a row
///
/// and for `yoso` (yoso_diagnostics.h) beside it: keys_per_bucket, largest_bucket, zero_rows,
/// context_cosine, gradient_cosine. Parameters, their gradients, buffers and random numbers stay as
/// they are, and so does the mode of the model.
std::vector<Diagnostics> diagnose(torch::nn::Module& model,
                                  const std::function<at::Tensor()>& loss);

}  // namespace yoso::nn
