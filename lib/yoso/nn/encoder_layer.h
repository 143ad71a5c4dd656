#pragma once

#include <torch/nn/module.h>
#include <torch/nn/modules/normalization.h>
#include <torch/nn/pimpl.h>

#include "yoso/nn/cloneable.h"
#include "yoso/nn/dropout.h"
#include "yoso/nn/feed_forward.h"
#include "yoso/nn/multi_head_attention.h"

namespace yoso::nn {

/// One transformer block; model.norm chooses where it normalises.
///
///     pre (Xiong et al. 2020):
///       x = x + drop(attention(norm(x)))
///       x = x + drop(feed_forward(norm(x)))
///     post (Vaswani et al. 2017, BERT):
///       x = norm(x + drop(attention(x)))
///       x = norm(x + drop(feed_forward(x)))
class EncoderLayerImpl : public Cloneable<EncoderLayerImpl> {
 public:
  EncoderLayerImpl(const config::ModelConfig& model, const config::Tree& attention,
                   const AttentionShape& shape);

  /// hidden [batch, length, dim] → [batch, length, dim].
  at::Tensor forward(const at::Tensor& hidden, const LayerContext& context);

  MultiHeadAttention attention{nullptr};
  torch::nn::LayerNorm attention_norm{nullptr};
  FeedForward feed_forward{nullptr};
  torch::nn::LayerNorm feed_forward_norm{nullptr};
  Dropout dropout{nullptr};

 private:
  bool pre_norm_;
};
TORCH_MODULE(EncoderLayer);

}  // namespace yoso::nn
