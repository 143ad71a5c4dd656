#include "yoso/nn/embeddings.h"

#include "yoso/nn/layer_norm.h"
#include "yoso/nn/positions.h"
#include "yoso/util/error.h"

namespace yoso::nn {

EmbeddingsImpl::EmbeddingsImpl(const config::ModelConfig& model, int64_t vocab_size)
    : max_length_(model.max_length), sinusoidal_(model.positions == "sinusoidal") {
  if (vocab_size == kRealInput) {
    value_projection = register_module("value_projection", torch::nn::Linear(1, model.dim));
  } else {
    word_embeddings =
        register_module("word_embeddings", torch::nn::Embedding(vocab_size, model.dim));
  }
  if (model.positions == "learned") {
    position_embeddings =
        register_module("position_embeddings", torch::nn::Embedding(model.max_length, model.dim));
  }
  if (model.norm == "post") norm = register_module("norm", make_layer_norm(model));
  dropout = register_module("dropout", Dropout(model.dropout));
}

at::Tensor EmbeddingsImpl::forward(const at::Tensor& input) {
  TORCH_CHECK(input.dim() == 2, "Embeddings: input must be [batch, length], got ", input.sizes());
  const int64_t length = input.size(1);
  if (length > max_length_) {
    throw UsageError("a sequence of " + std::to_string(length) +
                     " tokens is longer than model.max_length, " + std::to_string(max_length_));
  }
  at::Tensor hidden =
      value_projection ? value_projection(input.unsqueeze(-1)) : word_embeddings(input);
  // Positions are rows 0 … length − 1 of the table: a slice, no look-up.
  if (position_embeddings) hidden = hidden + position_embeddings->weight.narrow(0, 0, length);
  if (sinusoidal_) hidden = hidden + sinusoidal_positions(length, hidden);
  if (norm) hidden = norm(hidden);
  return dropout(hidden);
}

}  // namespace yoso::nn
