#include "yoso/nn/pooler.h"

#include <ATen/ops/gelu.h>
#include <ATen/ops/tanh.h>

namespace yoso::nn {

PoolerImpl::PoolerImpl(const config::ModelConfig& model) : gelu_(model.compat == "hf") {
  dense = register_module("dense",
                          torch::nn::Linear(model.dim, model.embedding_dim.value_or(model.dim)));
  dropout = register_module("dropout", Dropout(model.dropout));
}

at::Tensor PoolerImpl::forward(const at::Tensor& hidden) { return transform(hidden.select(1, 0)); }

at::Tensor PoolerImpl::transform(const at::Tensor& pooled) {
  const at::Tensor projected = dense(pooled);
  return dropout(gelu_ ? at::gelu(projected) : at::tanh(projected));
}

}  // namespace yoso::nn
