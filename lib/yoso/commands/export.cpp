#include "yoso/commands/export.h"

#include <filesystem>
#include <iostream>

#include "yoso/config/corpus.h"
#include "yoso/config/read.h"
#include "yoso/interop/hugging_face/experiment.h"
#include "yoso/interop/hugging_face/export_tensors.h"
#include "yoso/interop/hugging_face/model_card.h"
#include "yoso/interop/hugging_face/tokenizer_files.h"
#include "yoso/interop/labels.h"
#include "yoso/tasks/resolved_experiment.h"
#include "yoso/text/registry.h"
#include "yoso/train/checkpoint.h"
#include "yoso/train/checkpoint_classes.h"
#include "yoso/train/find_checkpoint.h"
#include "yoso/train/run_files.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"
#include "yoso/util/log.h"
#include "yoso/util/staged_folder.h"

namespace yoso::commands {
namespace {

namespace fs = std::filesystem;
using config::Tree;

/// The contents of a checkpoint that an export needs.
struct Source {
  std::string folder;
  tasks::ResolvedExperiment resolved;  // an imported classifier has no task
  serialization::NamedTensors tensors;
  interop::TokenizerFiles tokenizer;
  text::SpecialTokens special;
};

/// The tokenizer that a configuration names in section `corpus` or `task`.
interop::TokenizerFiles tokenizer_of(const config::Experiment& experiment,
                                     const std::string& folder) {
  for (const Tree* section : {&experiment.corpus, &experiment.task}) {
    const Tree* name = section->find("tokenizer");
    if (name == nullptr || !name->is_scalar() || name->scalar.empty()) continue;
    text::TokenizerOptions options;
    if (const Tree* written = section->find("tokenizer_options"))
      config::read(*written, options, "tokenizer_options");
    return interop::tokenizer_files_of(name->scalar, options);
  }
  throw UsageError(folder + ": its model has no tokenizer, so there is no such model there");
}

Source read_source(const ExportOptions& options) {
  Source source;
  source.folder = train::find_checkpoint(options.from);
  train::verify_checkpoint(source.folder);
  source.resolved = tasks::resolve_model(train::read_config(source.folder));
  source.tokenizer = tokenizer_of(source.resolved.experiment, source.folder);
  source.tensors = train::read_model(source.folder);
  return source;
}

/// The head on the encoder, by the tensors of the checkpoint.
interop::Head head_of(const Source& source) {
  const auto rows = [&](const char* name) {
    const at::Tensor tensor = serialization::find(source.tensors, name);
    return tensor.defined() && tensor.dim() == 2 ? tensor.size(0) : 0;
  };
  if (rows("vocabulary.dense.weight") > 0) {
    const Tree* pairs = source.resolved.experiment.task.find("pairs");
    const bool next = pairs != nullptr && pairs->scalar == "next";
    // The head of BERT predicts whether the second text follows the first, not whether both were
    // swapped.
    return next && rows("sentence.weight") == 2 ? interop::Head::masked_language_and_next
                                                : interop::Head::masked_language;
  }
  if (rows("pooler.dense.weight") > 0 && rows("classifier.weight") > 0)
    return interop::Head::classifier;
  throw UsageError(source.folder +
                   ": holds neither a masked language model nor a classifier of texts");
}

/// The names of a classifier's classes: those of --labels, else those it was imported with, else
/// those of the task it was trained on, else unnamed_labels.
std::vector<std::string> labels_of(const Source& source, const ExportOptions& options) {
  const auto classes =
      static_cast<size_t>(serialization::find(source.tensors, "classifier.weight").size(0));
  std::vector<std::string> labels;
  std::string origin = "--labels";
  if (!options.labels.empty()) {
    labels = interop::split_labels(options.labels);
  } else {
    origin = source.folder;
    labels = train::checkpoint_classes(source.folder);
  }
  if (labels.empty()) return interop::unnamed_labels(classes);
  if (labels.size() != classes)
    throw UsageError(origin + ": " + std::to_string(labels.size()) + " names, but the model has " +
                     std::to_string(classes) + " classes");
  return labels;
}

}  // namespace

int export_command(const ExportOptions& options) {
  Log::Options log_options;
  log_options.quiet = options.quiet;
  Log log(log_options);
  Source source = read_source(options);
  const interop::Head head = head_of(source);
  if (head != interop::Head::classifier && !options.labels.empty())
    throw UsageError("--labels: this model has no classes");
  const at::Tensor words = serialization::find(source.tensors, "embeddings.word_embeddings.weight");
  if (!words.defined()) throw DataError(source.folder + ": has no word embeddings");

  StagedFolder staged(options.output);
  source.tokenizer.write(staged.path());
  const auto tokenizer =
      text::load_tokenizer(source.tokenizer.in_folder(staged.path()), source.tokenizer.options);
  const text::SpecialTokens& special = tokenizer->special();
  const interop::HuggingFaceConfig config = interop::model_config_of(
      source.resolved.experiment.model, source.resolved.attention, head, words.size(0), special.pad,
      head == interop::Head::classifier ? labels_of(source, options) : std::vector<std::string>{});
  log.info("reading " + source.folder + " for " + config.architecture.name);
  interop::Accounting accounting;
  const serialization::NamedTensors tensors = interop::export_tensors(
      source.tensors, config, source.resolved.experiment.model.shared_weight, source.folder,
      accounting);
  serialization::write_safetensors(staged.path() + "/model.safetensors", tensors,
                                   {{"format", "pt"}});
  write_atomically(staged.path() + "/config.json",
                   interop::model_config_text(config, special.first, special.separator));
  if (!source.tokenizer.files.contains("tokenizer_config.json"))
    write_atomically(staged.path() + "/tokenizer_config.json",
                     interop::tokenizer_config_text(source.tokenizer, config.max_length()));
  write_atomically(staged.path() + "/README.md",
                   interop::model_card(config, source.resolved.attention.front()));
  const std::string& kind = source.resolved.attention.front().find("kind")->scalar;
  if (kind == "yoso" || kind == "hashed_softmax")
    log.warn("attention " + kind + " becomes its dense counterpart there, which it estimates: " +
             "scores may differ a little");
  staged.commit();
  std::cout << accounting.table() + "\n" + accounting.summary() + "\n" << std::flush;
  log.info("wrote " + options.output + ": " + config.architecture.name);
  return 0;
}

}  // namespace yoso::commands
