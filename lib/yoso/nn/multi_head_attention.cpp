#include "yoso/nn/multi_head_attention.h"

#include "yoso/nn/positions.h"

namespace yoso::nn {

MultiHeadAttentionImpl::MultiHeadAttentionImpl(const config::Tree& attention,
                                               const AttentionShape& shape)
    : heads_(shape.heads), rotary_(shape.rotary) {
  const int64_t dim = shape.heads * shape.head_dim;
  query = register_module("query", torch::nn::Linear(dim, dim));
  key = register_module("key", torch::nn::Linear(dim, dim));
  value = register_module("value", torch::nn::Linear(dim, dim));
  output = register_module("output", torch::nn::Linear(dim, dim));
  core = register_module("core", make_attention(attention, shape));
}

at::Tensor MultiHeadAttentionImpl::forward(const at::Tensor& hidden, const LayerContext& context) {
  const auto split_heads = [this](const at::Tensor& x) {
    return x.unflatten(-1, {heads_, x.size(-1) / heads_}).transpose(1, 2);
  };
  AttentionInputs inputs;
  inputs.query = split_heads(query(hidden));
  inputs.key = split_heads(key(hidden));
  inputs.value = split_heads(value(hidden));
  if (rotary_) {
    inputs.query = rotate_by_position(inputs.query);
    inputs.key = rotate_by_position(inputs.key);
  }
  inputs.mask = context.mask;
  inputs.draw = context.draw;
  inputs.application = context.application;
  const at::Tensor attended = core->forward(inputs);
  if (observer) observer(inputs, attended);
  return output(attended.transpose(1, 2).flatten(-2));
}

}  // namespace yoso::nn
