#pragma once

#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>
#include <torch/nn/pimpl.h>

#include "yoso/config/experiment.h"

namespace yoso::nn {

/// The head of a masked language model: Linear, GELU, layer norm, and a projection to the
/// vocabulary whose weight is the word embedding (Press and Wolf 2017) and whose bias is its own.
class VocabularyHeadImpl : public torch::nn::Module {
 public:
  VocabularyHeadImpl(const config::ModelConfig& model, int64_t vocab_size);

  /// hidden [tokens, dim], word_embeddings [vocab, embedding_dim] → logits [tokens, vocab].
  at::Tensor forward(const at::Tensor& hidden, const at::Tensor& word_embeddings);

  torch::nn::Linear dense{nullptr};
  torch::nn::LayerNorm norm{nullptr};
  at::Tensor bias;  // [vocab]
};
TORCH_MODULE(VocabularyHead);

}  // namespace yoso::nn
