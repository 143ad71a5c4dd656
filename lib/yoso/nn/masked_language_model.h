#pragma once

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include <cstdint>
#include <vector>

#include "yoso/nn/cloneable.h"
#include "yoso/nn/embeddings.h"
#include "yoso/nn/encoder.h"
#include "yoso/nn/heads.h"

namespace yoso::nn {

/// Inputs of a masked language model.
struct MaskedInputs {
  at::Tensor input_ids = {};    // int64 [batch, length]
  at::Tensor token_types = {};  // int64 [batch, length]; undefined: all 0
  at::Tensor mask = {};         // bool [batch, length], true for a valid token; undefined: all are
  at::Tensor masked = {};  // int64 [masked]: the positions to predict, row · length + position
  const HashSeed* hash_seed = nullptr;  // set in training
};

struct MaskedOutputs {
  at::Tensor token_logits;     // [masked, vocab]
  at::Tensor sentence_logits;  // [batch, sentence_labels]; undefined without a sentence head
};

/// Embeddings, encoder, vocabulary head and, for pairs of texts, pooler and sentence head: BERT
/// (Devlin et al. 2019) with sentence labels, RoBERTa (Liu et al. 2019) without. Only the positions
/// to be predicted go through the vocabulary head.
class MaskedLanguageModelImpl : public Cloneable<MaskedLanguageModelImpl> {
 public:
  /// `attention`: resolved options of each layer. `sentence_labels` 0: neither pooler nor sentence
  /// head. Parameters and stored hashes are functions of `seed` alone.
  MaskedLanguageModelImpl(const config::ModelConfig& model,
                          const std::vector<config::Tree>& attention, int64_t vocab_size,
                          int64_t sentence_labels, uint64_t seed);

  /// UsageError where length > model.max_length.
  MaskedOutputs forward(const MaskedInputs& inputs);

  /// Samples all parameters again (init.h).
  void reset_parameters(uint64_t seed);

  Embeddings embeddings{nullptr};
  Encoder encoder{nullptr};
  VocabularyHead vocabulary{nullptr};
  Pooler pooler{nullptr};
  torch::nn::Linear sentence{nullptr};

 private:
  double init_std_;
};
TORCH_MODULE(MaskedLanguageModel);

}  // namespace yoso::nn
