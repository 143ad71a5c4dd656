#pragma once

#include <string>

namespace yoso::commands {

/// The options of `pretrain export`.
struct ExportOptions {
  std::string from = {};    // a run folder, or a checkpoint folder of one
  std::string output = {};  // a folder that does not exist yet, or is empty
  std::string labels = {};  // of a classifier: names of its classes, separated by commas
  bool quiet = false;
};

/// Makes a Hugging Face folder (config.json, model.safetensors, tokenizer files, README.md) from a
/// checkpoint. transformers loads it without a missing or unexpected key: models with YOSO
/// attention as YOSO under its expectation, those with softmax as BERT or RoBERTa. Prints how every
/// tensor was exported. The folder is written whole or not at all. Returns 0. UsageError: a model
/// that has no counterpart there, or an output folder that is not empty. DataError: a damaged
/// checkpoint.
int export_command(const ExportOptions& options);

}  // namespace yoso::commands
