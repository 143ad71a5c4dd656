#pragma once

#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>

#include "yoso/config/experiment.h"
#include "yoso/nn/dropout.h"

namespace yoso::nn {

/// What BERT makes of the first token for statements about the whole input: Linear, tanh, dropout.
class PoolerImpl : public torch::nn::Module {
 public:
  explicit PoolerImpl(const config::ModelConfig& model);

  /// hidden [batch, length, dim] → [batch, embedding_dim].
  at::Tensor forward(const at::Tensor& hidden);

  /// The same of one vector a row, however it was pooled: [batch, dim] → [batch, embedding_dim].
  at::Tensor transform(const at::Tensor& pooled);

  torch::nn::Linear dense{nullptr};
  Dropout dropout{nullptr};
};
TORCH_MODULE(Pooler);

}  // namespace yoso::nn
