#pragma once

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include <cstdint>
#include <vector>

#include "yoso/nn/cloneable.h"
#include "yoso/nn/embeddings.h"
#include "yoso/nn/encoder.h"
#include "yoso/nn/heads.h"
#include "yoso/nn/pooling.h"

namespace yoso::nn {

/// Embeddings, encoder, pooling and classification head.
///
///     auto layers = resolve_attention(section, model.layers, attention_shape(model, seed));
///     SequenceClassifier classifier(model, layers, vocab_size, classes, seed);
///     at::Tensor logits = classifier(input_ids, mask, nullptr);
class SequenceClassifierImpl : public Cloneable<SequenceClassifierImpl> {
 public:
  /// `attention`: resolved options of each layer. `vocab_size`: rows of the embedding table, the
  /// last of them the [CLS] token with `pooling: cls`; or kRealInput. Parameters and stored hashes
  /// are functions of `seed` alone. UsageError: `pooling: cls` with kRealInput.
  SequenceClassifierImpl(const config::ModelConfig& model,
                         const std::vector<config::Tree>& attention, int64_t vocab_size,
                         int64_t classes, uint64_t seed);

  /// input_ids int64 [batch, length] (with kRealInput: floats) → logits [batch, classes]. `mask`
  /// bool [batch, length], true for a valid token; pass it undefined when all are, which saves the
  /// masking. `hash_seed` is set in training; without it the stored hashes are used. UsageError
  /// where length > model.max_length.
  at::Tensor forward(const at::Tensor& input_ids, const at::Tensor& mask = {},
                     const HashSeed* hash_seed = nullptr);

  /// Samples all parameters again (init.h).
  void reset_parameters(uint64_t seed);

  Embeddings embeddings{nullptr};
  Encoder encoder{nullptr};
  ClassificationHead classifier{nullptr};

 private:
  Pooling pooling_;
  int64_t padded_length_;
  int64_t cls_id_;
  int64_t max_length_;
  double init_std_;
};
TORCH_MODULE(SequenceClassifier);

}  // namespace yoso::nn
