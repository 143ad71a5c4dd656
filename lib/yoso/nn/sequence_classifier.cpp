#include "yoso/nn/sequence_classifier.h"

#include "yoso/nn/init.h"
#include "yoso/util/error.h"

namespace yoso::nn {

SequenceClassifierImpl::SequenceClassifierImpl(const config::ModelConfig& model,
                                               const std::vector<config::Tree>& attention,
                                               int64_t vocab_size, int64_t classes, uint64_t seed)
    : pooling_(model.pooling),
      padded_length_(model.mean_length()),
      cls_id_(vocab_size - 1),
      max_length_(model.max_length),
      init_std_(model.init_std) {
  built_from(model, attention, vocab_size, classes, seed);
  if (pooling_ == Pooling::cls && vocab_size == kRealInput)
    throw UsageError("model.pooling: cls puts a token before ids, but the input is linear");
  embeddings = register_module("embeddings", Embeddings(model, vocab_size));
  encoder = register_module("encoder", Encoder(model, attention, seed));
  classifier =
      register_module("classifier", ClassificationHead(ClassificationHeadOptions{
                                        .features = model.dim,
                                        .hidden = model.classifier_dim.value_or(model.ffn_dim),
                                        .classes = classes}));
  reset_parameters(seed);
}

at::Tensor SequenceClassifierImpl::forward(const at::Tensor& input_ids, const at::Tensor& mask,
                                           const HashSeed* hash_seed) {
  if (pooling_ == Pooling::cls) {
    const auto [ids, longer] = prepend_cls(input_ids, mask, cls_id_, max_length_);
    return classifier(pool(encoder(embeddings(ids), longer, hash_seed), longer, pooling_));
  }
  return classifier(
      pool(encoder(embeddings(input_ids), mask, hash_seed), mask, pooling_, padded_length_));
}

void SequenceClassifierImpl::reset_parameters(uint64_t seed) {
  init_parameters(*this, seed, init_std_);
}

}  // namespace yoso::nn
