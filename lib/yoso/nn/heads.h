#pragma once

#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>
#include <torch/nn/pimpl.h>

#include <cstdint>

#include "yoso/config/experiment.h"
#include "yoso/nn/cloneable.h"
#include "yoso/nn/dropout.h"
#include "yoso/nn/layers.h"

/// Heads: the modules on top of an encoder.
namespace yoso::nn {

struct ClassificationHeadOptions {
  int64_t features = 64;  // width of the pooled vector
  int64_t hidden = 128;
  int64_t classes = 2;
};

/// Linear, ReLU, Linear.
class ClassificationHeadImpl : public Cloneable<ClassificationHeadImpl> {
 public:
  explicit ClassificationHeadImpl(const ClassificationHeadOptions& options);

  /// [batch, features] → logits [batch, classes].
  at::Tensor forward(const at::Tensor& features);

  const ClassificationHeadOptions options;
  Linear dense{nullptr}, output{nullptr};
};
TORCH_MODULE(ClassificationHead);

/// BERT's pooler, which maps the first token to a vector for the whole input: Linear, tanh,
/// dropout. Under `model.compat: hf` Linear, GELU, dropout, as in Hugging Face's classifiers with
/// YOSO.
class PoolerImpl : public Cloneable<PoolerImpl> {
 public:
  explicit PoolerImpl(const config::ModelConfig& model);

  /// hidden [batch, length, dim] → [batch, embedding_dim].
  at::Tensor forward(const at::Tensor& hidden);

  /// The same for one vector a row, however it was pooled: [batch, dim] → [batch, embedding_dim].
  at::Tensor transform(const at::Tensor& pooled);

  torch::nn::Linear dense{nullptr};
  Dropout dropout{nullptr};

 private:
  bool gelu_;
};
TORCH_MODULE(Pooler);

/// The head of a masked language model: Linear, GELU, layer norm, and a projection to the
/// vocabulary whose weight is the word embedding (Press and Wolf 2017) and whose bias is its own.
class VocabularyHeadImpl : public Cloneable<VocabularyHeadImpl> {
 public:
  VocabularyHeadImpl(const config::ModelConfig& model, int64_t vocab_size);

  /// hidden [tokens, dim], word_embeddings [vocab, embedding_dim] → logits [tokens, vocab].
  at::Tensor forward(const at::Tensor& hidden, const at::Tensor& word_embeddings);

  torch::nn::Linear dense{nullptr};
  torch::nn::LayerNorm norm{nullptr};
  at::Tensor bias;  // [vocab]
};
TORCH_MODULE(VocabularyHead);

}  // namespace yoso::nn
