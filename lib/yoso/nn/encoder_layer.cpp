#include "yoso/nn/encoder_layer.h"

#include "yoso/nn/layers.h"

namespace yoso::nn {

EncoderLayerImpl::EncoderLayerImpl(const config::ModelConfig& model,
                                   const config::Tree& attention_options,
                                   const AttentionShape& shape)
    : pre_norm_(model.norm == config::Norm::pre) {
  built_from(model, attention_options, shape);
  attention = register_module("attention", MultiHeadAttention(attention_options, shape));
  attention_norm = register_module("attention_norm", make_layer_norm(model));
  feed_forward = register_module("feed_forward", FeedForward(model));
  feed_forward_norm = register_module("feed_forward_norm", make_layer_norm(model));
  dropout = register_module("dropout", Dropout(model.dropout));
}

at::Tensor EncoderLayerImpl::forward(const at::Tensor& hidden, const LayerContext& context) {
  if (pre_norm_) {
    const at::Tensor attended = dropout->add(hidden, attention(attention_norm(hidden), context));
    return dropout->add(attended, feed_forward(feed_forward_norm(attended)));
  }
  const at::Tensor attended = attention_norm(dropout->add(hidden, attention(hidden, context)));
  return feed_forward_norm(dropout->add(attended, feed_forward(attended)));
}

}  // namespace yoso::nn
