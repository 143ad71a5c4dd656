#pragma once

#include <string>
#include <vector>

#include "yoso/config/corpus.h"
#include "yoso/config/experiment.h"
#include "yoso/interop/hugging_face/model_config.h"

namespace yoso::interop {

/// The options of an import beside the folder.
struct ImportChoices {
  config::CorpusConfig corpus;  // tokenizer and shards
  std::string attention;        // another kind than the model's own; empty: the model's own
  config::Compat compat = config::Compat::none;  // hf: padding as in transformers
  std::vector<std::string> labels;               // of a classifier, in the order of its logits
};

/// The experiment whose model is that of a config.json. The task of a classifier is labelled_text
/// without a file to train on: it predicts and is scored at once. UsageError: an unknown attention.
config::Experiment experiment_of(const HuggingFaceConfig& config, const ImportChoices& choices);

/// The reverse: the contents of config.json for a model of this program. UsageError `KEY: why` when
/// Hugging Face has no such model.
///   attention    resolved options of each layer
///   head         the head that the checkpoint holds
///   vocab_size   rows of the word embeddings
///   pad          the padding token's id; negative: none
///   labels       names of the classes of a classifier
HuggingFaceConfig model_config_of(const config::ModelConfig& model,
                                  const std::vector<config::Tree>& attention, Head head,
                                  int64_t vocab_size, int64_t pad, std::vector<std::string> labels);

}  // namespace yoso::interop
