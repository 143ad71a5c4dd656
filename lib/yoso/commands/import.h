#pragma once

#include <string>

namespace yoso::commands {

/// The options of `pretrain import`.
struct ImportOptions {
  std::string from = {};       // a Hugging Face folder
  std::string output = {};     // the run folder that is made
  std::string tokenizer = {};  // KIND:PATH; empty: that of the folder
  std::string shards = {};  // folder for the token shards of its experiment; empty: OUTPUT/shards
  std::string attention = {};  // another kind of attention; empty: the model's own
  std::string compat = "none";
  std::string labels = {};  // of a classifier: its classes in another order, separated by commas
  bool lenient = false;     // missing tensors have initial values, unknown ones are left out
  bool quiet = false;
};

/// Makes a run folder without optimizer state from a Hugging Face folder (config.json, safetensors
/// and tokenizer files; model classes: interop/hugging_face/architecture.h). `eval`, `extend`,
/// `fill-mask`, `train` and model.init_from accept it like any other. That of a classifier has no
/// task, so only model.init_from and `export` accept it. Prints how every tensor was imported.
/// Nothing is written before everything was checked. Returns 0. UsageError: a model, tokenizer or
/// attention that does not fit, or an output folder that is not empty. DataError: a missing or
/// damaged file, or tensors that do not fit config.json.
int import_command(const ImportOptions& options);

}  // namespace yoso::commands
