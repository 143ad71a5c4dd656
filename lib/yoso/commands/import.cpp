#include "yoso/commands/import.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>

#include <iostream>

#include "yoso/config/read.h"
#include "yoso/config/write.h"
#include "yoso/interop/hugging_face/experiment.h"
#include "yoso/interop/hugging_face/import_tensors.h"
#include "yoso/interop/hugging_face/tokenizer_files.h"
#include "yoso/interop/hugging_face/weights.h"
#include "yoso/interop/labels.h"
#include "yoso/nn/attention/attention.h"
#include "yoso/nn/text_classifier.h"
#include "yoso/runtime/version.h"
#include "yoso/serialization/weights.h"
#include "yoso/tasks/masked_language/task.h"
#include "yoso/tasks/resolved_experiment.h"
#include "yoso/text/registry.h"
#include "yoso/train/checkpoint.h"
#include "yoso/train/inherit.h"
#include "yoso/train/run_files.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"
#include "yoso/util/file_kind.h"
#include "yoso/util/log.h"
#include "yoso/util/path.h"
#include "yoso/util/staged_folder.h"
#include "yoso/util/strict_json.h"

namespace yoso::commands {
namespace {

/// The contents of the run folder beside the tokenizer.
struct Imported {
  std::vector<config::Tree> attention;  // of each layer
  std::shared_ptr<torch::nn::Module> model;
  std::string yaml;
};

Imported make_language_model(const config::Tree& tree, int64_t tokens) {
  const tasks::ResolvedExperiment resolved = train::resolve_experiment(tree);
  return {resolved.attention,
          tasks::make_masked_language_model(
              tasks::MaskedLanguageOptions::of(resolved.experiment.task), resolved.experiment.model,
              resolved.attention, tokens, resolved.seed()),
          config::to_yaml(resolved.tree())};
}

Imported make_classifier(const config::Tree& tree, int64_t classes) {
  const tasks::ResolvedExperiment resolved = tasks::resolve(tree);
  const config::ModelConfig& model = resolved.experiment.model;
  return {resolved.attention,
          std::make_shared<nn::TextClassifierImpl>(model, resolved.attention, *model.vocab_size,
                                                   nn::TextClassifierOptions{.outputs = classes},
                                                   resolved.seed()),
          config::to_yaml(resolved.tree())};
}

std::vector<std::string> names_of(const serialization::NamedTensors& tensors) {
  std::vector<std::string> names;
  for (const auto& item : tensors) names.push_back(item.first);
  return names;
}

/// Puts the classes of a classifier's last linear layer into another order.
void reorder(serialization::NamedTensors& tensors, const std::vector<int64_t>& order) {
  for (auto& [name, tensor] : tensors) {
    if (!name.starts_with("classifier.")) continue;
    std::vector<at::Tensor> rows;
    for (const int64_t row : order) rows.push_back(tensor.narrow(0, row, 1));
    tensor = at::cat(rows);
  }
}

/// Copies the tensors into the model. Another attention than the folder's may have parameters of
/// its own, and lack some of the folder's.
void fill(torch::nn::Module& model, const serialization::NamedTensors& tensors,
          interop::Accounting& accounting) {
  const at::NoGradGuard no_grad;
  const serialization::NamedTensors into = serialization::named_tensors(model);
  for (const auto& [name, tensor] : tensors) {
    const at::Tensor target = serialization::find(into, name);
    if (!target.defined()) {
      accounting.add(interop::Fate::left_out, name, "this attention has none");
      continue;
    }
    TORCH_CHECK(target.sizes() == tensor.sizes(), name, ": ", tensor.sizes(), " for ",
                target.sizes());
    target.copy_(tensor);
  }
  for (const auto& [name, tensor] : into) {
    if (name.find(".attention.core.") == std::string::npos ||
        serialization::find(tensors, name).defined())
      continue;
    accounting.add(interop::Fate::missing, name,
                   nn::is_drawn(name) ? "sampled from the seed" : "initial values");
  }
}

void say_attention(const interop::HuggingFaceConfig& config, const std::string& kind, Log& log) {
  const bool theirs_yoso = config.architecture.family == interop::Family::yoso;
  const bool ours_yoso = kind == "yoso" || kind == "yoso_expectation";
  if (theirs_yoso ? ours_yoso : kind == "softmax" || kind == "hashed_softmax") {
    log.info("attention " + kind);
  } else {
    log.warn("attention " + kind +
             " instead of the one it was trained with: "
             "these weights are a start from which to train further, no conversion");
  }
}

/// How many tokens the imported tokenizer has. UsageError: it lacks one that the model needs.
int64_t checked_tokens(const interop::HuggingFaceConfig& config, const ImportOptions& options,
                       const interop::TokenizerFiles& files, const std::string& folder) {
  const auto load = [&](const std::string& where) {
    return text::load_tokenizer(files.in_folder(where), files.options);
  };
  // From the user's own folder first, so that messages name it.
  if (options.tokenizer.empty()) {
    load(options.from);
  } else {
    text::load_tokenizer(options.tokenizer, files.options);
  }
  const auto tokenizer = load(folder + "/tokenizer");
  if (config.architecture.head != interop::Head::classifier) {
    try {
      tokenizer->require_mask("a masked language model");
      tokenizer->require_padding("a masked language model");
    } catch (const UsageError& error) {
      const std::string message = error.what();
      throw UsageError(options.from + message.substr(message.find(": ")));
    }
  }
  return tokenizer->vocab_size();
}

}  // namespace

int import_command(const ImportOptions& options) {
  Log::Options log_options;
  log_options.quiet = options.quiet;
  Log log(log_options);
  const std::string config_path = options.from + "/config.json";
  const std::string config_text = read_file(config_path);
  refuse_git_lfs_pointer(config_path, config_text);
  parse_json_object(config_text, config_path);  // before gigabytes are read
  const serialization::NamedTensors weights = interop::read_weights(options.from);
  const interop::HuggingFaceConfig config =
      interop::parse_model_config(config_text, config_path, names_of(weights));
  std::vector<int64_t> order;
  if (!options.labels.empty()) {
    if (config.labels.empty())
      throw UsageError("--labels: " + std::string(config.architecture.name) + " has no classes");
    order = interop::order_of_labels(config.labels, interop::split_labels(options.labels));
  }
  const interop::TokenizerFiles tokenizer =
      options.tokenizer.empty() ? interop::find_tokenizer_files(options.from)
                                : interop::tokenizer_files_of(options.tokenizer, {});
  log.info("reading " + options.from + ": " + config.architecture.name);
  for (const std::string& remark : config.remarks) log.warn(remark);
  interop::Accounting accounting;
  serialization::NamedTensors tensors =
      interop::take_tensors(weights, config, options.from, options.lenient, accounting);
  if (!order.empty()) reorder(tensors, order);

  StagedFolder staged(options.output);
  tokenizer.write(staged.path() + "/tokenizer");
  const int64_t tokens = checked_tokens(config, options, tokenizer, staged.path());
  if (config.vocab_size < tokens)
    throw UsageError(config_path + ": vocab_size: " + std::to_string(config.vocab_size) +
                     ", but the tokenizer has " + std::to_string(tokens) + " tokens");

  const std::string output = absolute_path(options.output);
  interop::ImportChoices choices;
  choices.corpus.tokenizer = tokenizer.in_folder(output + "/tokenizer");
  choices.corpus.tokenizer_options = tokenizer.options;
  choices.corpus.shards =
      options.shards.empty() ? output + "/shards" : absolute_path(options.shards);
  choices.attention = options.attention;
  for (size_t i = 0; i < config.labels.size(); ++i)
    choices.labels.push_back(config.labels[order.empty() ? i : static_cast<size_t>(order[i])]);
  choices.compat = config::read_choice<config::Compat>(options.compat, "--compat");
  const config::Tree tree = config::write(interop::experiment_of(config, choices));
  const Imported imported = config.architecture.head == interop::Head::classifier
                                ? make_classifier(tree, static_cast<int64_t>(config.labels.size()))
                                : make_language_model(tree, tokens);
  fill(*imported.model, tensors, accounting);

  train::Checkpoint checkpoint;
  checkpoint.model = serialization::named_tensors(*imported.model);
  checkpoint.config = imported.yaml;
  checkpoint.state.seed = config::RunConfig().seed;
  checkpoint.state.version = runtime::version_text();
  const train::RunFiles files(staged.path());
  train::Checkpoints(files.checkpoints()).save(checkpoint);
  write_atomically(files.config(), checkpoint.config);
  if (!config.labels.empty()) {
    std::string lines;
    for (const std::string& label : choices.labels) lines += label + "\n";
    write_atomically(files.labels(), lines);
  }
  staged.commit();
  std::cout << accounting.table() + "\n" + accounting.summary() + "\n" << std::flush;
  if (config.architecture.bare) {
    log.info(
        "the folder holds an encoder alone: its head was made anew; fine-tune it, or train "
        "it further, before it predicts");
  }
  if (config.labels.size() > 1 && config.labels == interop::unnamed_labels(config.labels.size())) {
    log.warn("the classes have no names (" + config.labels.front() +
             ", ...), so that no data's labels can be matched with them: write them into " +
             output + "/labels.txt and task.labels of its config.yaml, in this order");
  }
  say_attention(config, imported.attention.front().find("kind")->scalar, log);
  log.info("wrote " + output);
  return 0;
}

}  // namespace yoso::commands
