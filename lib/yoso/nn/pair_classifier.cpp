#include "yoso/nn/pair_classifier.h"

#include <ATen/ops/cat.h>

#include <tuple>

#include "yoso/nn/init.h"

namespace yoso::nn {

PairClassifierImpl::PairClassifierImpl(const config::ModelConfig& model,
                                       const std::vector<config::Tree>& attention,
                                       int64_t vocab_size, int64_t classes, uint64_t seed)
    : pooling_(model.pooling),
      padded_length_(model.mean_length()),
      cls_id_(vocab_size - 1),
      max_length_(model.max_length) {
  built_from(model, attention, vocab_size, classes, seed);
  embeddings = register_module("embeddings", Embeddings(model, vocab_size));
  encoder = register_module("encoder", Encoder(model, attention, seed));
  classifier =
      register_module("classifier", ClassificationHead(ClassificationHeadOptions{
                                        .features = 4 * model.dim,
                                        .hidden = model.classifier_dim.value_or(model.ffn_dim),
                                        .classes = classes}));
  init_parameters(*this, seed, model.init_std);
}

at::Tensor PairClassifierImpl::pooled(const Text& text, const HashSeed* hash_seed, int64_t index) {
  auto [ids, mask] = text;
  if (pooling_ == Pooling::cls) std::tie(ids, mask) = prepend_cls(ids, mask, cls_id_, max_length_);
  HashSeed own;
  if (hash_seed != nullptr) own = {hash_seed->seed, hash_seed->step, hash_seed->rows * 2 + index};
  return pool(encoder(embeddings(ids), mask, hash_seed != nullptr ? &own : nullptr), mask, pooling_,
              padded_length_);
}

at::Tensor PairClassifierImpl::forward(const Text& first, const Text& second,
                                       const HashSeed* hash_seed) {
  const at::Tensor a = pooled(first, hash_seed, 0);
  const at::Tensor b = pooled(second, hash_seed, 1);
  return classifier(at::cat({a, b, a * b, a - b}, -1));
}

}  // namespace yoso::nn
