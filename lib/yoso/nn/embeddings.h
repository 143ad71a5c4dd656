#pragma once

#include <torch/nn/module.h>
#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/embedding.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>
#include <torch/nn/pimpl.h>

#include <cstdint>

#include "yoso/config/experiment.h"

namespace yoso::nn {

/// Token embedding + learned position embedding (`positions: none` leaves it out) + embedding of
/// the token's type (where model.token_types > 0), projected to model.dim where model.embedding_dim
/// differs, dropout. Post-norm models normalise before dropout, as BERT does (Devlin et al. 2019).
class EmbeddingsImpl : public torch::nn::Module {
 public:
  EmbeddingsImpl(const config::ModelConfig& model, int64_t vocab_size);

  /// input_ids int64 [batch, length] → [batch, length, dim]. `token_types` int64 of the same shape;
  /// undefined: all 0. UsageError where length > model.max_length.
  at::Tensor forward(const at::Tensor& input_ids, const at::Tensor& token_types = {});

  torch::nn::Embedding word_embeddings{nullptr};
  torch::nn::Embedding position_embeddings{nullptr};    // absent: no positions
  torch::nn::Embedding token_type_embeddings{nullptr};  // absent: no types
  torch::nn::Linear projection{nullptr};                // absent: embedding_dim is dim
  torch::nn::LayerNorm norm{nullptr};                   // absent: pre-norm model
  torch::nn::Dropout dropout{nullptr};

 private:
  int64_t max_length_, position_offset_;
};
TORCH_MODULE(Embeddings);

}  // namespace yoso::nn
