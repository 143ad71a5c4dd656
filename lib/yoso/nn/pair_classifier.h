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

/// Both texts of a pair through one embedding and one encoder, pooled to a and b, and a
/// classification head on [a, b, a · b, a − b] (the features of the Long Range Arena's dual
/// encoder, after Mou et al. 2016).
class PairClassifierImpl : public Cloneable<PairClassifierImpl> {
 public:
  /// One of the two texts of every row.
  struct Text {
    at::Tensor ids;   // int64 [batch, length]
    at::Tensor mask;  // bool [batch, length], true for a valid token; undefined: all are
  };

  /// As SequenceClassifierImpl.
  PairClassifierImpl(const config::ModelConfig& model, const std::vector<config::Tree>& attention,
                     int64_t vocab_size, int64_t classes, uint64_t seed);

  /// → logits [batch, classes]. The texts of one batch may have different lengths. Each text has
  /// hashes of its own: text t of global row r is row 2 r + t of the hash seed.
  at::Tensor forward(const Text& first, const Text& second, const HashSeed* hash_seed = nullptr);

  Embeddings embeddings{nullptr};
  Encoder encoder{nullptr};
  ClassificationHead classifier{nullptr};

 private:
  at::Tensor pooled(const Text& text, const HashSeed* hash_seed, int64_t index);

  Pooling pooling_;
  int64_t padded_length_;
  int64_t cls_id_;
  int64_t max_length_;
};
TORCH_MODULE(PairClassifier);

}  // namespace yoso::nn
