#pragma once

#include <string>

#include "yoso/config/corpus.h"
#include "yoso/config/experiment.h"
#include "yoso/interop/hugging_face/model_config.h"

namespace yoso::interop {

/// What an import decides beside the folder.
struct ImportChoices {
  config::CorpusConfig corpus;  // tokenizer and shards
  std::string attention;        // another kind than the model's own; empty: that
  std::string compat = "none";  // hf: padding as there
};

/// The experiment whose model is that of a config.json. That of a classifier has no task, only the
/// tokenizer in its place: it is there for model.init_from. UsageError: an attention that is no
/// kind.
config::Experiment experiment_of(const HuggingFaceConfig& config, const ImportChoices& choices);

/// The reverse: what config.json says of a model of ours with `vocab_size` rows of embeddings.
/// `attention`: resolved options of each layer. `head` and, of a classifier, `labels` are what the
/// checkpoint holds; `pad`: the padding token's id. UsageError `KEY: why` where Hugging Face has no
/// such model.
HuggingFaceConfig model_config_of(const config::ModelConfig& model,
                                  const std::vector<config::Tree>& attention, Head head,
                                  int64_t vocab_size, int64_t pad, std::vector<std::string> labels);

}  // namespace yoso::interop
