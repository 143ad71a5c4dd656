#pragma once

#include <string>

namespace yoso::commands {

/// What `pretrain export` was asked for.
struct ExportOptions {
  std::string from = {};    // a run folder, or a checkpoint folder of one
  std::string output = {};  // a folder that does not exist yet, or is empty
  std::string labels = {};  // of a classifier: names of its classes, separated by commas
  bool quiet = false;
};

/// Makes a Hugging Face folder (config.json, model.safetensors, tokenizer files, README.md) of a
/// checkpoint, which transformers loads without a missing or unexpected key: models with YOSO
/// attention as YOSO under its expectation, those with softmax as BERT or RoBERTa. Prints what
/// became of every tensor. The folder appears whole or not at all. Returns 0. UsageError: a model
/// that has no counterpart there, an output that is taken. DataError: a damaged checkpoint.
int export_command(const ExportOptions& options);

}  // namespace yoso::commands
