#pragma once

#include <ATen/core/Tensor.h>

#include <functional>

namespace yoso::nn {

/// Returns function(input) and keeps only the input for the backward pass, which runs `function`
/// again, with the same random numbers and under the same autocast, so that gradients are the same
/// bits as without (Chen et al. 2016, Training deep nets with sublinear memory cost). Where no
/// gradient is recorded, it only calls `function`.
///
/// `parameter`: any parameter that the function uses; makes the result need a gradient where the
/// input does not. What the function captures must live until the backward pass. c10::Error for a
/// gradient of a gradient.
at::Tensor checkpointed(std::function<at::Tensor(const at::Tensor&)> function,
                        const at::Tensor& input, const at::Tensor& parameter);

}  // namespace yoso::nn
