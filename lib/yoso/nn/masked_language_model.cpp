#include "yoso/nn/masked_language_model.h"

#include <ATen/ops/index_select.h>

#include "yoso/nn/init.h"

namespace yoso::nn {

MaskedLanguageModelImpl::MaskedLanguageModelImpl(const config::ModelConfig& model,
                                                 const std::vector<config::Tree>& attention,
                                                 int64_t vocab_size, int64_t sentence_labels,
                                                 uint64_t seed)
    : init_std_(model.init_std) {
  built_from(model, attention, vocab_size, sentence_labels, seed);
  embeddings = register_module("embeddings", Embeddings(model, vocab_size));
  encoder = register_module("encoder", Encoder(model, attention, seed));
  vocabulary = register_module("vocabulary", VocabularyHead(model, vocab_size));
  if (sentence_labels > 0) {
    const int64_t width = model.embedding_dim.value_or(model.dim);
    pooler = register_module("pooler", Pooler(model));
    sentence = register_module("sentence", torch::nn::Linear(width, sentence_labels));
  }
  reset_parameters(seed);
}

MaskedOutputs MaskedLanguageModelImpl::forward(const MaskedInputs& inputs) {
  const at::Tensor hidden =
      encoder(embeddings(inputs.input_ids, inputs.token_types), inputs.mask, inputs.hash_seed);
  MaskedOutputs outputs;
  outputs.token_logits = vocabulary(at::index_select(hidden.flatten(0, 1), 0, inputs.masked),
                                    embeddings->word_embeddings->weight);
  if (sentence) outputs.sentence_logits = sentence(pooler(hidden));
  return outputs;
}

void MaskedLanguageModelImpl::reset_parameters(uint64_t seed) {
  init_parameters(*this, seed, init_std_);
}

}  // namespace yoso::nn
