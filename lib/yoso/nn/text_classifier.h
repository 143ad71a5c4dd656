#pragma once

#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>

#include <cstdint>
#include <vector>

#include "yoso/nn/cloneable.h"
#include "yoso/nn/embeddings.h"
#include "yoso/nn/encoder.h"
#include "yoso/nn/heads.h"
#include "yoso/nn/pooling.h"

namespace yoso::nn {

/// How a text becomes logits.
struct TextClassifierOptions {
  int64_t outputs = 2;         // classes, or 1 number
  bool input_dropout = false;  // RoBERTa's head: dropout before the first linear map too
};

/// Embeddings, encoder and the head of BERT (Devlin et al. 2019) or RoBERTa (Liu et al. 2019): the
/// pooled vector through Linear, tanh, dropout, Linear. `pooler` is BERT's own, so that fine-tuning
/// continues from a pretrained one.
class TextClassifierImpl : public Cloneable<TextClassifierImpl> {
 public:
  /// `attention`: resolved options of each layer. Parameters and stored hashes are functions of
  /// `seed` alone.
  TextClassifierImpl(const config::ModelConfig& model, const std::vector<config::Tree>& attention,
                     int64_t vocab_size, const TextClassifierOptions& options, uint64_t seed);

  /// input_ids int64 [batch, length] → logits [batch, outputs]. `token_types` int64
  /// [batch, length], undefined: all 0. `mask` bool [batch, length], true for a valid token;
  /// undefined: all are. `hash_seed` is set in training. UsageError where length >
  /// model.max_length.
  at::Tensor forward(const at::Tensor& input_ids, const at::Tensor& token_types = {},
                     const at::Tensor& mask = {}, const HashSeed* hash_seed = nullptr);

  Embeddings embeddings{nullptr};
  Encoder encoder{nullptr};
  Pooler pooler{nullptr};
  torch::nn::Linear classifier{nullptr};

 private:
  Pooling pooling_;
  bool input_dropout_;
};
TORCH_MODULE(TextClassifier);

}  // namespace yoso::nn
