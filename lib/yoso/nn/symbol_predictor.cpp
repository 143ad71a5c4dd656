#include "yoso/nn/symbol_predictor.h"

#include <ATen/ops/index_select.h>

#include "yoso/nn/init.h"

namespace yoso::nn {

SymbolPredictorImpl::SymbolPredictorImpl(const config::ModelConfig& model,
                                         const std::vector<config::Tree>& attention,
                                         int64_t vocab_size, int64_t symbols, uint64_t seed) {
  built_from(model, attention, vocab_size, symbols, seed);
  embeddings = register_module("embeddings", Embeddings(model, vocab_size));
  encoder = register_module("encoder", Encoder(model, attention, seed));
  output = register_module("output", torch::nn::Linear(model.dim, symbols));
  init_parameters(*this, seed, model.init_std);
}

at::Tensor SymbolPredictorImpl::forward(const at::Tensor& ids, const at::Tensor& mask,
                                        const at::Tensor& positions, const HashSeed* hash_seed) {
  return output(encoder(embeddings(ids), mask, hash_seed).flatten(0, 1).index_select(0, positions));
}

}  // namespace yoso::nn
