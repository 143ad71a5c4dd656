#pragma once

#include <torch/nn/module.h>
#include <torch/nn/modules/embedding.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>
#include <torch/nn/pimpl.h>

#include <cstdint>

#include "yoso/config/experiment.h"
#include "yoso/nn/cloneable.h"
#include "yoso/nn/dropout.h"

namespace yoso::nn {

/// In place of a vocabulary size: inputs are numbers, which enter through one linear layer.
inline constexpr int64_t kRealInput = 0;

/// Token embedding + position embedding + embedding of the token's type (where model.token_types >
/// 0), projected to model.dim where model.embedding_dim differs, dropout. Positions are learned, or
/// sinusoidal (positions.h); `positions: none` and `rotary` add none here. Post-norm models
/// normalise before dropout, as BERT does (Devlin et al. 2019).
class EmbeddingsImpl : public Cloneable<EmbeddingsImpl> {
 public:
  EmbeddingsImpl(const config::ModelConfig& model, int64_t vocab_size);

  /// input int64 ids [batch, length], with kRealInput float values [batch, length] →
  /// [batch, length, dim]. `token_types` int64 [batch, length]; undefined: all 0. UsageError where
  /// length > model.max_length.
  at::Tensor forward(const at::Tensor& input, const at::Tensor& token_types = {});

  torch::nn::Embedding word_embeddings{nullptr};        // absent: real input
  torch::nn::Linear value_projection{nullptr};          // absent: ids
  torch::nn::Embedding position_embeddings{nullptr};    // absent: not learned
  torch::nn::Embedding token_type_embeddings{nullptr};  // absent: no types
  torch::nn::Linear projection{nullptr};                // absent: embedding_dim is dim
  torch::nn::LayerNorm norm{nullptr};                   // absent: pre-norm model
  Dropout dropout{nullptr};

 private:
  int64_t max_length_, position_offset_;
  bool sinusoidal_;
};
TORCH_MODULE(Embeddings);

}  // namespace yoso::nn
