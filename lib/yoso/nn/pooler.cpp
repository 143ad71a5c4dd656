#include "yoso/nn/pooler.h"

#include <ATen/ops/tanh.h>

namespace yoso::nn {

PoolerImpl::PoolerImpl(const config::ModelConfig& model) {
  dense = register_module("dense",
                          torch::nn::Linear(model.dim, model.embedding_dim.value_or(model.dim)));
  dropout = register_module("dropout", Dropout(model.dropout));
}

at::Tensor PoolerImpl::forward(const at::Tensor& hidden) { return transform(hidden.select(1, 0)); }

at::Tensor PoolerImpl::transform(const at::Tensor& pooled) {
  return dropout(at::tanh(dense(pooled)));
}

}  // namespace yoso::nn
