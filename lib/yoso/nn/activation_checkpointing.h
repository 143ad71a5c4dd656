#pragma once

#include <ATen/core/Tensor.h>

#include <functional>

namespace yoso::nn {

/// function(input), of which nothing but the input is kept for the backward pass: `function` runs
/// again there, with the same random numbers and under the same autocast, so that gradients are the
/// same bits as without (Chen et al. 2016, Training deep nets with sublinear memory cost). Where no
/// gradient is recorded it is called and nothing else.
///
/// `parameter`: any parameter that the function uses; makes the result need a gradient where the
/// input does not. What the function captures must live until the backward pass. A gradient of a
/// gradient is refused.
at::Tensor checkpointed(std::function<at::Tensor(const at::Tensor&)> function,
                        const at::Tensor& input, const at::Tensor& parameter);

}  // namespace yoso::nn
