#include "yoso/train/inherit.h"

#include <filesystem>

#include "yoso/config/corpus.h"
#include "yoso/config/experiment.h"
#include "yoso/config/read.h"
#include "yoso/config/write.h"
#include "yoso/tasks/task.h"
#include "yoso/text/registry.h"
#include "yoso/train/checkpoint.h"
#include "yoso/train/find_checkpoint.h"
#include "yoso/util/error.h"

namespace yoso::train {
namespace {

using config::Tree;

const Tree* find(const Tree& tree, const char* section, const char* key) {
  const Tree* entry = tree.find(section);
  return entry == nullptr ? nullptr : entry->find(key);
}

bool is_given(const Tree* value) {
  return value != nullptr && !value->is_null() && !(value->is_scalar() && value->scalar.empty());
}

/// A checksum of a tokenizer, the same wherever its files are.
std::string fingerprint(const Tree& name, const Tree* options) {
  text::TokenizerOptions read;
  if (options != nullptr) config::read(*options, read, "tokenizer_options");
  return text::load_tokenizer(name.scalar, read)->fingerprint();
}

/// The section of a checkpoint's configuration that names its tokenizer.
const Tree* tokenizer_section(const Tree& checkpoint) {
  for (const char* section : {"corpus", "task"}) {
    if (is_given(find(checkpoint, section, "tokenizer"))) return checkpoint.find(section);
  }
  return nullptr;
}

void inherit_tokenizer(Tree& experiment, const Tree& checkpoint, const std::string& folder) {
  const Tree* from = tokenizer_section(checkpoint);
  if (from == nullptr) return;
  Tree& task = experiment["task"];
  const Tree* own = task.find("tokenizer");
  if (!is_given(own)) {
    task["tokenizer"] = *from->find("tokenizer");
    if (!is_given(task.find("tokenizer_options")) && from->find("tokenizer_options") != nullptr)
      task["tokenizer_options"] = *from->find("tokenizer_options");
    return;
  }
  std::error_code ignored;
  const std::string& theirs = from->find("tokenizer")->scalar;
  if (own->scalar == theirs ||
      !std::filesystem::exists(theirs.substr(theirs.find(':') + 1), ignored)) {
    return;
  }
  if (fingerprint(*own, task.find("tokenizer_options")) ==
      fingerprint(*from->find("tokenizer"), from->find("tokenizer_options"))) {
    return;
  }
  throw UsageError((own->origin.empty() ? "" : own->origin + ": ") +
                   "task.tokenizer: " + own->scalar + " is not the tokenizer that " + folder +
                   " was trained with, " + theirs + " (leave it out to take that one)");
}

/// Whether nothing is left to inherit, as in a run's own config.yaml; the checkpoint then need not
/// exist any more.
bool is_whole(const Tree& experiment) {
  const Tree* model = experiment.find("model");
  for (const auto& [key, value] : config::write(config::ModelConfig()).entries) {
    if (model->find(key) == nullptr) return false;
  }
  return is_given(experiment.find("attention")) && is_given(find(experiment, "task", "tokenizer"));
}

}  // namespace

Tree inherit_model(const Tree& experiment) {
  const Tree* init_from = find(experiment, "model", "init_from");
  if (find(experiment, "task", "name") == nullptr ||
      !tasks::find_task(*experiment.find("task")).inherits_model) {
    return experiment;
  }
  if (!is_given(init_from) && !is_given(experiment.find("attention"))) {
    throw UsageError(
        "model.init_from: missing, expected a checkpoint to start from, "
        "or `attention` and `task.tokenizer` for random weights");
  }
  if (!is_given(init_from) || !init_from->is_scalar() || is_whole(experiment)) return experiment;
  const std::string folder = find_checkpoint(init_from->scalar);
  const Tree checkpoint = read_config(folder);
  Tree result = experiment;
  if (const Tree* model = checkpoint.find("model")) {
    for (const auto& [key, value] : model->entries) {
      if (key != "init_from" && result["model"].find(key) == nullptr) result["model"][key] = value;
    }
  }
  if (!is_given(result.find("attention")) && checkpoint.find("attention") != nullptr)
    result["attention"] = *checkpoint.find("attention");
  inherit_tokenizer(result, checkpoint, folder);
  return result;
}

tasks::ResolvedExperiment resolve_experiment(const Tree& written) {
  return tasks::resolve(inherit_model(written));
}

}  // namespace yoso::train
