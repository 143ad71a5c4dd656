#include "yoso/nn/vocabulary_head.h"

#include <ATen/ops/gelu.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/zeros.h>

namespace yoso::nn {

VocabularyHeadImpl::VocabularyHeadImpl(const config::ModelConfig& model, int64_t vocab_size) {
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
