#include "yoso/nn/heads.h"

#include <ATen/ops/gelu.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/tanh.h>
#include <ATen/ops/zeros.h>

namespace yoso::nn {

ClassificationHeadImpl::ClassificationHeadImpl(const ClassificationHeadOptions& options)
    : options(options) {
  built_from(options);
  dense = register_module("dense", Linear(options.features, options.hidden));
  output = register_module("output", Linear(options.hidden, options.classes));
}

at::Tensor ClassificationHeadImpl::forward(const at::Tensor& features) {
  return output(at::relu(dense(features)));
}

PoolerImpl::PoolerImpl(const config::ModelConfig& model) : gelu_(model.gelu_pooler()) {
  built_from(model);
  dense = register_module("dense",
                          torch::nn::Linear(model.dim, model.embedding_dim.value_or(model.dim)));
  dropout = register_module("dropout", Dropout(model.dropout));
}

at::Tensor PoolerImpl::forward(const at::Tensor& hidden) { return transform(hidden.select(1, 0)); }

at::Tensor PoolerImpl::transform(const at::Tensor& pooled) {
  const at::Tensor projected = dense(pooled);
  return dropout(gelu_ ? at::gelu(projected) : at::tanh(projected));
}

VocabularyHeadImpl::VocabularyHeadImpl(const config::ModelConfig& model, int64_t vocab_size) {
  built_from(model, vocab_size);
  const int64_t width = model.embedding_dim.value_or(model.dim);
  dense = register_module("dense", torch::nn::Linear(model.dim, width));
  norm = register_module(
      "norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({width}).eps(model.layer_norm_eps)));
  bias = register_parameter("bias", at::zeros({vocab_size}));
}

at::Tensor VocabularyHeadImpl::forward(const at::Tensor& hidden,
                                       const at::Tensor& word_embeddings) {
  return at::linear(norm(at::gelu(dense(hidden))), word_embeddings, bias);
}

}  // namespace yoso::nn
