#include "yoso/ops/autograd/once_differentiable.h"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/functions/basic_ops.h>

#include <algorithm>
#include <memory>
#include <string>

namespace yoso::ops {

bool records_graph(std::initializer_list<at::Tensor> inputs) {
  return at::GradMode::is_enabled() &&
         std::any_of(inputs.begin(), inputs.end(),
                     [](const at::Tensor& input) { return input.requires_grad(); });
}

Gradients once_differentiable(const char* op, const Gradients& gradients) {
  const auto& [query, key, value] = gradients;
  torch::autograd::variable_list outputs;
  for (const at::Tensor& gradient : {query, key, value})
    outputs.push_back(gradient.defined() ? gradient.detach().requires_grad_() : gradient);
  const auto node = std::make_shared<torch::autograd::DelayedError>(
      std::string("yoso::") + op + ": second derivatives are not implemented",
      static_cast<int64_t>(outputs.size()));
  outputs = (*node)(std::move(outputs));
  return {outputs[0], outputs[1], outputs[2]};
}

}  // namespace yoso::ops
