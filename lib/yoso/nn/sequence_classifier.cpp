#include "yoso/nn/sequence_classifier.h"

#include "yoso/nn/init.h"

namespace yoso::nn {

SequenceClassifierImpl::SequenceClassifierImpl(const config::ModelConfig& model,
                                               const std::vector<config::Tree>& attention,
                                               int64_t vocab_size, int64_t classes, uint64_t seed)
    : pooling_(parse_pooling(model.pooling)), init_std_(model.init_std) {
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
                                           const HashDraw* draw) {
  return classifier(pool(encoder(embeddings(input_ids), mask, draw), mask, pooling_));
}

void SequenceClassifierImpl::reset_parameters(uint64_t seed) {
  init_parameters(*this, seed, init_std_);
}

}  // namespace yoso::nn
