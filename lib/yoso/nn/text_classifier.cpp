#include "yoso/nn/text_classifier.h"

#include "yoso/nn/init.h"
#include "yoso/util/error.h"

namespace yoso::nn {

TextClassifierImpl::TextClassifierImpl(const config::ModelConfig& model,
                                       const std::vector<config::Tree>& attention,
                                       int64_t vocab_size, const TextClassifierOptions& options,
                                       uint64_t seed)
    : pooling_(model.pooling), input_dropout_(options.input_dropout) {
  built_from(model, attention, vocab_size, options, seed);
  if (pooling_ == Pooling::cls) {
    throw UsageError(
        "model.pooling: cls, but the tokenizer puts a token of its own first: use first");
  }
  embeddings = register_module("embeddings", Embeddings(model, vocab_size));
  encoder = register_module("encoder", Encoder(model, attention, seed));
  pooler = register_module("pooler", Pooler(model));
  classifier = register_module(
      "classifier", torch::nn::Linear(model.embedding_dim.value_or(model.dim), options.outputs));
  init_parameters(*this, seed, model.init_std);
}

at::Tensor TextClassifierImpl::forward(const at::Tensor& input_ids, const at::Tensor& token_types,
                                       const at::Tensor& mask, const HashSeed* hash_seed) {
  const at::Tensor hidden = encoder(embeddings(input_ids, token_types), mask, hash_seed);
  at::Tensor pooled = pool(hidden, mask, pooling_);
  if (input_dropout_) pooled = pooler->dropout(pooled);
  return classifier(pooler->transform(pooled));
}

}  // namespace yoso::nn
