#include "yoso/nn/embeddings.h"

#include "yoso/nn/layers.h"
#include "yoso/nn/positions.h"
#include "yoso/util/error.h"

namespace yoso::nn {

EmbeddingsImpl::EmbeddingsImpl(const config::ModelConfig& model, int64_t vocab_size)
    : max_length_(model.max_length),
      position_offset_(model.position_offset),
      sinusoidal_(model.positions == config::Positions::sinusoidal) {
  built_from(model, vocab_size);
  const int64_t width = model.embedding_dim.value_or(model.dim);
  if (vocab_size == kRealInput) {
    value_projection = register_module("value_projection", torch::nn::Linear(1, width));
  } else {
    word_embeddings = register_module("word_embeddings", torch::nn::Embedding(vocab_size, width));
  }
  if (model.positions == config::Positions::learned) {
    position_embeddings =
        register_module("position_embeddings",
                        torch::nn::Embedding(model.max_length + model.position_offset, width));
  }
  if (model.token_types > 0) {
    token_type_embeddings =
        register_module("token_type_embeddings", torch::nn::Embedding(model.token_types, width));
  }
  if (width != model.dim) {
    projection = register_module("projection", torch::nn::Linear(width, model.dim));
  }
  if (model.norm == config::Norm::post) norm = register_module("norm", make_layer_norm(model));
  dropout = register_module("dropout", Dropout(model.dropout));
}

at::Tensor EmbeddingsImpl::forward(const at::Tensor& input, const at::Tensor& token_types) {
  TORCH_CHECK(input.dim() == 2, "Embeddings: input must be [batch, length], got ", input.sizes());
  const int64_t length = input.size(1);
  if (length > max_length_) {
    throw UsageError("a sequence of " + std::to_string(length) +
                     " tokens is longer than model.max_length, " + std::to_string(max_length_));
  }
  at::Tensor hidden =
      value_projection ? value_projection(input.unsqueeze(-1)) : word_embeddings(input);
  // Positions are rows of the table that follow each other: a slice, no look-up.
  if (position_embeddings) {
    hidden = hidden + position_embeddings->weight.narrow(0, position_offset_, length);
  }
  if (sinusoidal_) hidden = hidden + sinusoidal_positions(length, hidden);
  if (token_type_embeddings) {
    hidden = hidden + (token_types.defined() ? token_type_embeddings(token_types)
                                             : token_type_embeddings->weight.select(0, 0));
  }
  if (projection) hidden = projection(hidden);
  if (norm) hidden = norm(hidden);
  return dropout(hidden);
}

}  // namespace yoso::nn
