#pragma once

#include <string>

namespace yoso::commands {

/// What `pretrain import` was asked for.
struct ImportOptions {
  std::string from = {};       // a Hugging Face folder
  std::string output = {};     // a folder that is made like a run's
  std::string tokenizer = {};  // KIND:PATH; empty: that of the folder
  std::string shards = {};  // folder for the token shards of its experiment; empty: OUTPUT/shards
  std::string attention = {};  // another kind of attention; empty: the model's own
  std::string compat = "none";
  std::string labels = {};  // of a classifier: its classes in another order, separated by commas
  bool lenient = false;     // missing tensors start anew, unknown ones are left out
  bool quiet = false;
};

/// Makes a run folder without optimizer of a Hugging Face folder (config.json, safetensors and
/// tokenizer files; model classes: hugging_face/architecture.h). `eval`, `extend`, `fill-mask`,
/// `train` and model.init_from take it like any other; that of a classifier has no task, so it is
/// there for model.init_from and for `export`. Prints what became of every tensor. Nothing is
/// written before everything was checked. Returns 0. UsageError: a model, tokenizer or attention
/// that does not fit, an occupied output. DataError: a missing or damaged file, tensors that do not
/// go with config.json.
int import_command(const ImportOptions& options);

}  // namespace yoso::commands
