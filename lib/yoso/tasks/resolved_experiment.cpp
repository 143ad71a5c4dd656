#include "yoso/tasks/resolved_experiment.h"

#include <algorithm>

#include "yoso/config/corpus.h"
#include "yoso/config/read.h"
#include "yoso/config/write.h"
#include "yoso/nn/attention/attention.h"
#include "yoso/nn/encoder.h"
#include "yoso/util/error.h"
#include "yoso/util/path.h"

namespace yoso::tasks {
namespace {

/// A kind and those of its options that differ from their defaults.
std::string label_of(const config::Tree& resolved, const nn::AttentionShape& shape) {
  const nn::AttentionKind& kind = nn::find_attention(resolved.find("kind")->scalar);
  const config::Tree defaults = kind.resolve(config::Tree::map(), shape, "attention");
  std::string label = kind.name;
  for (const auto& [key, value] : resolved.entries) {
    const config::Tree* other = defaults.find(key);
    if (key != "kind" && (other == nullptr || other->scalar != value.scalar))
      label += " " + key + "=" + value.scalar;
  }
  return label;
}

/// Sections `task` and `corpus`.
void resolve_task(config::Experiment& experiment) {
  const bool has_corpus = !experiment.corpus.is_null();
  if (has_corpus && (experiment.task.is_null() || experiment.task.is_map()) &&
      experiment.task.find("name") == nullptr) {
    experiment.task["name"] = config::Tree::text("mlm");
  }
  const TaskKind& kind = find_task(experiment.task);
  if (has_corpus && !kind.reads_corpus) {
    const config::Origin& origin = experiment.corpus.origin;
    throw UsageError((origin.empty() ? "" : origin + ": ") + "corpus: task " + kind.name +
                     " reads none");
  }
  if (kind.reads_corpus && !has_corpus) {
    throw UsageError("corpus: missing, expected the section that tells tokenizer and shards");
  }
  if (has_corpus) experiment.corpus = config::resolve_corpus(experiment.corpus);
  experiment.task = kind.resolve(experiment.task);
}

}  // namespace

config::Tree ResolvedExperiment::tree() const { return config::write(experiment); }

config::Tree ResolvedExperiment::minimal_tree() const {
  config::Tree tree =
      config::minimal(config::write(experiment), config::write(config::Experiment()));
  tree["attention"] = written_attention;
  tree["task"] = written_task;
  if (!written_corpus.is_null()) tree["corpus"] = written_corpus;
  return tree;
}

ResolvedExperiment resolve(const config::Tree& tree) {
  ResolvedExperiment resolved = resolve_model(tree);
  resolve_task(resolved.experiment);
  return resolved;
}

ResolvedExperiment resolve_model(const config::Tree& tree) {
  ResolvedExperiment resolved;
  config::Experiment& experiment = resolved.experiment;
  config::read(tree, experiment);
  experiment.model.init_from = absolute_path(experiment.model.init_from);
  config::resolve_batch(experiment, tree);
  config::validate(experiment, tree);
  resolved.written_attention = experiment.attention;
  resolved.written_task = experiment.task;
  resolved.written_corpus = experiment.corpus;
  resolved.attention =
      nn::resolve_attention(experiment.attention, experiment.model.layers,
                            nn::attention_shape(experiment.model, resolved.seed()));
  experiment.attention = nn::attention_section(resolved.attention);
  return resolved;
}

std::unique_ptr<Task> open_task(const ResolvedExperiment& resolved, Log& log) {
  const config::Experiment& experiment = resolved.experiment;
  return find_task(experiment.task).open(experiment, log);
}

std::shared_ptr<torch::nn::Module> make_model(const ResolvedExperiment& resolved, const Task& task,
                                              c10::Device device) {
  auto model = task.make_model(resolved.experiment.model, resolved.attention, resolved.seed());
  nn::set_activation_checkpointing(*model, resolved.experiment.train.activation_checkpointing);
  model->to(device);
  return model;
}

std::string attention_label(const ResolvedExperiment& resolved) {
  nn::AttentionShape shape = nn::attention_shape(resolved.experiment.model, resolved.seed());
  std::vector<std::string> labels;
  for (const config::Tree& layer : resolved.attention) {
    const std::string label = label_of(layer, shape);
    ++shape.layer;
    if (labels.empty() || labels.back() != label) labels.push_back(label);
  }
  std::string text = labels.front();
  for (size_t i = 1; i < labels.size(); ++i) text += " + " + labels[i];
  return text;
}

}  // namespace yoso::tasks
