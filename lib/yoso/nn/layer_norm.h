#pragma once

#include <torch/nn/modules/normalization.h>

#include "yoso/config/experiment.h"

namespace yoso::nn {

/// A layer norm over model.dim with model.layer_norm_eps.
inline torch::nn::LayerNorm make_layer_norm(const config::ModelConfig& model) {
  return torch::nn::LayerNorm(torch::nn::LayerNormOptions({model.dim}).eps(model.layer_norm_eps));
}

}  // namespace yoso::nn
