#pragma once

#include <ATen/ops/linear.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>
#include <torch/nn/pimpl.h>

#include "yoso/config/experiment.h"

namespace yoso::nn {

/// torch::nn::Linear by at::linear, which adds the bias within the matrix product; the C++ module
/// adds it in a second pass over the result.
class LinearImpl : public torch::nn::LinearImpl {
 public:
  using torch::nn::LinearImpl::LinearImpl;
  at::Tensor forward(const at::Tensor& x) { return at::linear(x, weight, bias); }
};
TORCH_MODULE(Linear);

/// A layer norm over model.dim with model.layer_norm_eps.
inline torch::nn::LayerNorm make_layer_norm(const config::ModelConfig& model) {
  return torch::nn::LayerNorm(torch::nn::LayerNormOptions({model.dim}).eps(model.layer_norm_eps));
}

}  // namespace yoso::nn
