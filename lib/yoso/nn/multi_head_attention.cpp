#include "yoso/nn/multi_head_attention.h"

#include <ATen/ops/cat.h>

#include "yoso/nn/positions.h"

namespace yoso::nn {

MultiHeadAttentionImpl::MultiHeadAttentionImpl(const config::Tree& attention,
                                               const AttentionShape& shape)
    : heads_(shape.heads), rotary_(shape.rotary) {
  built_from(attention, shape);
  const int64_t dim = shape.heads * shape.head_dim;
  query = register_module("query", Linear(dim, dim));
  key = register_module("key", Linear(dim, dim));
  value = register_module("value", Linear(dim, dim));
  output = register_module("output", Linear(dim, dim));
  core = register_module("core", make_attention(attention, shape));
}

at::Tensor MultiHeadAttentionImpl::forward(const at::Tensor& hidden, const LayerContext& context) {
  const auto split_heads = [this](const at::Tensor& x) {
    return x.unflatten(-1, {heads_, x.size(-1) / heads_}).transpose(1, 2);
  };
  // Queries and keys by one matrix product, which reads the input once. Values apart: they are kept
  // for the backward, and would keep the memory of raw queries and keys with them.
  const auto projected =
      at::linear(hidden, at::cat({query->weight, key->weight}), at::cat({query->bias, key->bias}))
          .chunk(2, -1);
  AttentionInputs inputs;
  inputs.query = split_heads(projected[0]);
  inputs.key = split_heads(projected[1]);
  inputs.value = split_heads(value(hidden));
  if (rotary_) {
    inputs.query = rotate_by_position(inputs.query);
    inputs.key = rotate_by_position(inputs.key);
  }
  inputs.mask = context.mask;
  inputs.hash_seed = context.hash_seed;
  inputs.application = context.application;
  const at::Tensor attended = core->forward(inputs);
  if (observer) observer(inputs, attended);
  return output(attended.transpose(1, 2).flatten(-2));
}

}  // namespace yoso::nn
