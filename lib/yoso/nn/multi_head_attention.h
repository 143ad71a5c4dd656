#pragma once

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include <functional>
#include <memory>

#include "yoso/nn/attention/attention.h"
#include "yoso/nn/cloneable.h"
#include "yoso/nn/layers.h"

namespace yoso::nn {

/// What every layer of an encoder receives beside its input.
struct LayerContext {
  at::Tensor mask;  // bool [batch, length], true for a valid token; undefined: all are
  const HashSeed* hash_seed = nullptr;  // set in training: what its hashes are sampled from
  int64_t application = 0;              // shared weights: which layer this is
};

/// Projections, head split and merge around any kind of attention; with shape.rotary, queries and
/// keys are rotated by their positions in between (positions.h).
class MultiHeadAttentionImpl : public Cloneable<MultiHeadAttentionImpl> {
 public:
  /// `attention`: resolved options of one layer (resolve_attention). The model's width is
  /// shape.heads·shape.head_dim.
  MultiHeadAttentionImpl(const config::Tree& attention, const AttentionShape& shape);

  /// hidden [batch, length, dim] → [batch, length, dim].
  at::Tensor forward(const at::Tensor& hidden, const LayerContext& context);

  Linear query{nullptr}, key{nullptr}, value{nullptr}, output{nullptr};
  std::shared_ptr<AttentionImpl> core;
  /// Called after every call of the core, where set, with its inputs and its context.
  std::function<void(const AttentionInputs& inputs, const at::Tensor& context)> observer;

 private:
  int64_t heads_;
  bool rotary_;
};
TORCH_MODULE(MultiHeadAttention);

}  // namespace yoso::nn
