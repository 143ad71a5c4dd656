#include "yoso/nn/encoder.h"

#include <algorithm>
#include <optional>

#include "yoso/nn/activation_checkpointing.h"
#include "yoso/nn/layers.h"
#include "yoso/util/error.h"

namespace yoso::nn {

namespace {

void check_mask(const at::Tensor& mask, const at::Tensor& hidden) {
  if (!mask.defined()) return;
  TORCH_CHECK(mask.scalar_type() == at::kBool && mask.sizes() == hidden.sizes().slice(0, 2),
              "Encoder: mask must be bool ", hidden.sizes().slice(0, 2), ", got ",
              mask.scalar_type(), " ", mask.sizes());
}

}  // namespace

EncoderImpl::EncoderImpl(const config::ModelConfig& model,
                         const std::vector<config::Tree>& attention, uint64_t seed)
    : depth_(model.layers) {
  built_from(model, attention, seed);
  TORCH_CHECK(static_cast<int64_t>(attention.size()) == depth_, "Encoder: attention of ",
              attention.size(), " layers for a model of ", depth_);
  AttentionShape shape = attention_shape(model, seed);
  if (model.shared_weight) {
    for (const config::Tree& layer : attention) {
      if (layer != attention.front()) {
        throw UsageError(
            "model.shared_weight: layers that share their weights need the same attention");
      }
    }
    shape.applications = depth_;
  }
  layers = register_module("layers", torch::nn::ModuleList());
  for (; shape.layer < depth_; shape.layer += shape.applications) {
    const config::Tree& options = attention[static_cast<size_t>(shape.layer)];
    const auto first = std::find(attention.begin(), attention.end(), options) - attention.begin();
    shape.first = first < shape.layer ? attention_of(static_cast<size_t>(first)) : nullptr;
    layers->push_back(EncoderLayer(model, options, shape));
  }
  if (model.norm == config::Norm::pre) norm = register_module("norm", make_layer_norm(model));
}

std::shared_ptr<AttentionImpl> EncoderImpl::attention_of(size_t layer) const {
  return layers->at<EncoderLayerImpl>(layer).attention->core;
}

at::Tensor EncoderImpl::forward(const at::Tensor& hidden, const at::Tensor& mask,
                                const HashSeed* hash_seed) {
  check_mask(mask, hidden);
  at::Tensor output = hidden;
  const int64_t blocks = static_cast<int64_t>(layers->size());
  for (int64_t layer = 0; layer < depth_; ++layer) {
    const LayerContext context{.mask = mask, .hash_seed = hash_seed, .application = layer / blocks};
    output = apply_layer(layer % blocks, output, context);
  }
  return norm ? norm(output) : output;
}

at::Tensor EncoderImpl::apply_layer(int64_t layer, const at::Tensor& hidden, LayerContext context) {
  auto block = layers->ptr<EncoderLayerImpl>(static_cast<size_t>(layer));
  // Evaluation has no backward pass, or needs its graph (diagnostics.h).
  if (!checkpoints_activations_ || !is_training()) return block->forward(hidden, context);
  // The caller's seed is gone by the time of the backward pass.
  const auto seed = context.hash_seed ? std::make_optional(*context.hash_seed) : std::nullopt;
  const auto forward = [block, context, seed](const at::Tensor& input) {
    LayerContext kept = context;
    kept.hash_seed = seed ? &*seed : nullptr;
    return block->forward(input, kept);
  };
  return checkpointed(forward, hidden, block->feed_forward_norm->weight);
}

void EncoderImpl::copy_settings(const torch::nn::Module& from) {
  checkpoints_activations_ = dynamic_cast<const EncoderImpl&>(from).checkpoints_activations_;
}

void set_activation_checkpointing(torch::nn::Module& module, bool on) {
  for (const auto& child : module.modules()) {
    if (auto* encoder = child->as<EncoderImpl>()) encoder->set_activation_checkpointing(on);
  }
}

}  // namespace yoso::nn
