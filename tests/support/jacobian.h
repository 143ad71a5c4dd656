#pragma once

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <functional>

namespace yoso::testing {

using TensorFunction = std::function<at::Tensor(const at::Tensor&)>;

/// d f(x) / d x as [outputs, inputs] in float64, by central differences.
inline at::Tensor numeric_jacobian(const TensorFunction& f, const at::Tensor& x,
                                   double step = 1e-6) {
  const at::Tensor base = x.detach().to(at::kDouble).contiguous();
  std::vector<at::Tensor> columns;
  for (int64_t i = 0; i < base.numel(); ++i) {
    at::Tensor low = base.clone(), high = base.clone();
    low.view(-1)[i] -= step;
    high.view(-1)[i] += step;
    columns.push_back((f(high) - f(low)).flatten() / (2 * step));
  }
  return at::stack(columns, 1);
}

/// The same by back-propagation, one row an output.
inline at::Tensor autograd_jacobian(const TensorFunction& f, const at::Tensor& x) {
  const at::Tensor input = x.detach().to(at::kDouble).contiguous().requires_grad_();
  const at::Tensor output = f(input).flatten();
  std::vector<at::Tensor> rows;
  for (int64_t i = 0; i < output.numel(); ++i)
    rows.push_back(torch::autograd::grad({output[i]}, {input}, {}, true)[0].flatten());
  return at::stack(rows, 0);
}

}  // namespace yoso::testing
