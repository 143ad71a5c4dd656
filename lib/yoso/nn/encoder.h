#pragma once

#include <torch/nn/module.h>
#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/modules/normalization.h>
#include <torch/nn/pimpl.h>

#include <vector>

#include "yoso/nn/cloneable.h"
#include "yoso/nn/encoder_layer.h"

namespace yoso::nn {

/// A stack of encoder layers, with a final layer norm in pre-norm models. With model.shared_weight
/// one block, its attention included, is applied at every layer; only its hashes differ from layer
/// to layer.
class EncoderImpl : public Cloneable<EncoderImpl>, public HasSettings {
 public:
  /// `attention`: resolved options of each layer (resolve_attention). The stored hashes are sampled
  /// from `seed`. UsageError where layers that share their weights differ in attention.
  EncoderImpl(const config::ModelConfig& model, const std::vector<config::Tree>& attention,
              uint64_t seed);

  /// hidden [batch, length, dim] → [batch, length, dim]. `mask` bool [batch, length], true for a
  /// valid token; pass it undefined when all are, which saves the masking. Outputs at masked
  /// positions are unspecified but finite. `hash_seed` is set in training; without it the stored
  /// hashes are used.
  at::Tensor forward(const at::Tensor& hidden, const at::Tensor& mask = {},
                     const HashSeed* hash_seed = nullptr);

  /// Whether layers are computed again in the backward pass rather than kept
  /// (activation_checkpointing.h).
  void set_activation_checkpointing(bool on) { checkpoints_activations_ = on; }
  bool checkpoints_activations() const { return checkpoints_activations_; }

  void copy_settings(const torch::nn::Module& from) override;

  torch::nn::ModuleList layers{nullptr};
  torch::nn::LayerNorm norm{nullptr};  // absent: post-norm model

 private:
  std::shared_ptr<AttentionImpl> attention_of(size_t layer) const;
  at::Tensor apply_layer(int64_t layer, const at::Tensor& hidden, LayerContext context);

  int64_t depth_;
  bool checkpoints_activations_ = false;
};
TORCH_MODULE(Encoder);

/// set_activation_checkpointing of every encoder within a module.
void set_activation_checkpointing(torch::nn::Module& module, bool on);

}  // namespace yoso::nn
