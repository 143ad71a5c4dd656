#pragma once

#include <torch/nn/module.h>
#include <torch/nn/modules/embedding.h>
#include <torch/nn/modules/normalization.h>
#include <torch/nn/pimpl.h>

#include <cstdint>

#include "yoso/config/experiment.h"
#include "yoso/nn/dropout.h"

namespace yoso::nn {

/// Token embedding + position embedding, dropout. The latter is learned, or sinusoidal
/// (positions.h); `positions: none` and `rotary` add none here. Post-norm models normalise the sum
/// before dropout, as BERT does (Devlin et al. 2019).
class EmbeddingsImpl : public torch::nn::Module {
 public:
  EmbeddingsImpl(const config::ModelConfig& model, int64_t vocab_size);

  /// input_ids int64 [batch, length] → [batch, length, dim]. UsageError where length >
  /// model.max_length.
  at::Tensor forward(const at::Tensor& input_ids);

  torch::nn::Embedding word_embeddings{nullptr};
  torch::nn::Embedding position_embeddings{nullptr};  // absent: not learned
  torch::nn::LayerNorm norm{nullptr};                 // absent: pre-norm model
  Dropout dropout{nullptr};

 private:
  int64_t max_length_;
  bool sinusoidal_;
};
TORCH_MODULE(Embeddings);

}  // namespace yoso::nn
