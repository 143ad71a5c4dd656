#pragma once

#include <ATen/ops/linear.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>

namespace yoso::nn {

/// torch::nn::Linear by at::linear, which adds the bias within the matrix product; the C++ module
/// adds it in a second pass over the result.
class LinearImpl : public torch::nn::LinearImpl {
 public:
  using torch::nn::LinearImpl::LinearImpl;
  at::Tensor forward(const at::Tensor& x) { return at::linear(x, weight, bias); }
};
TORCH_MODULE(Linear);

}  // namespace yoso::nn
