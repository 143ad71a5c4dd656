#pragma once

#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>

#include <cstdint>
#include <vector>

#include "yoso/nn/cloneable.h"
#include "yoso/nn/embeddings.h"
#include "yoso/nn/encoder.h"

namespace yoso::nn {

/// Embeddings, encoder and one linear layer that predicts the symbol at a masked position: the
/// model that a classifier of the same sequences is pretrained as (Amos et al. 2024). Embeddings
/// and encoder have the names and shapes that they have in the classifier.
class SymbolPredictorImpl : public Cloneable<SymbolPredictorImpl> {
 public:
  /// As SequenceClassifierImpl; `symbols`: how many symbols can be predicted.
  SymbolPredictorImpl(const config::ModelConfig& model, const std::vector<config::Tree>& attention,
                      int64_t vocab_size, int64_t symbols, uint64_t seed);

  /// ids int64 [batch, length], mask bool of that shape or undefined, `positions` int64 [masked]
  /// within the flattened batch → logits [masked, symbols].
  at::Tensor forward(const at::Tensor& ids, const at::Tensor& mask, const at::Tensor& positions,
                     const HashSeed* hash_seed = nullptr);

  Embeddings embeddings{nullptr};
  Encoder encoder{nullptr};
  torch::nn::Linear output{nullptr};
};
TORCH_MODULE(SymbolPredictor);

}  // namespace yoso::nn
