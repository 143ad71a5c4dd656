#include "yoso/commands/extend.h"

#include <ATen/ops/cat.h>

#include <algorithm>

#include "yoso/config/read.h"
#include "yoso/config/write.h"
#include "yoso/nn/attention/attention.h"
#include "yoso/nn/encoder.h"
#include "yoso/runtime/version.h"
#include "yoso/serialization/weights.h"
#include "yoso/tasks/resolved_experiment.h"
#include "yoso/train/checkpoint.h"
#include "yoso/train/find_checkpoint.h"
#include "yoso/train/run_folder.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"
#include "yoso/util/format.h"
#include "yoso/util/log.h"
#include "yoso/util/path.h"

namespace yoso::commands {
namespace {

constexpr const char* kPositions = "embeddings.position_embeddings.weight";

/// The table [offset + old, dim] with its rows after the first `offset` repeated in order, so that
/// it is [offset + length, dim].
at::Tensor tiled(const at::Tensor& table, int64_t offset, int64_t length) {
  const int64_t old = table.size(0) - offset;
  std::vector<at::Tensor> parts = {table.narrow(0, 0, offset)};
  for (int64_t left = length; left > 0; left -= old) {
    parts.push_back(table.narrow(0, offset, std::min(left, old)));
  }
  return at::cat(parts);
}

/// The attention of every layer, with another number of bits where it has that option.
config::Tree attention_with_bits(const std::vector<config::Tree>& layers, int64_t bits) {
  config::Tree section = config::Tree::map();
  bool any = false;
  for (size_t i = 0; i < layers.size(); ++i) {
    config::Tree layer = layers[i];
    if (layer.find("bits") != nullptr) {
      layer["bits"] = config::Tree::text(std::to_string(bits), "--bits");
      // As many passes as that number of bits needs.
      if (layer.find("hash_passes") != nullptr) layer["hash_passes"] = config::Tree::text("auto");
      any = true;
    }
    section["layers"][std::to_string(i)] = layer;
  }
  if (!any) throw UsageError("--bits: no layer's attention has bits");
  return section;
}

/// The configuration that a checkpoint was made with, for the longer model.
config::Tree longer_config(const std::string& folder, const ExtendOptions& options) {
  config::Tree tree = train::read_config(folder);
  const tasks::ResolvedExperiment old = tasks::resolve(tree);
  if (options.length <= old.experiment.model.max_length) {
    throw UsageError("--length: " + std::to_string(options.length) +
                     " is not longer than the model's " +
                     std::to_string(old.experiment.model.max_length));
  }
  const std::string path = absolute_path(options.output);
  config::set(tree, "model.max_length", config::Tree::text(std::to_string(options.length)));
  config::set(tree, "model.init_from", config::Tree::text(path));
  config::set(tree, "run.output", config::Tree::text(""));
  if (options.bits) tree["attention"] = attention_with_bits(old.attention, *options.bits);
  if (old.experiment.train.batch_tokens) {  // the same tokens make a smaller batch now
    std::erase_if(tree["train"].entries,
                  [](const auto& entry) { return entry.first == "batch_size"; });
  }
  return tree;
}

/// Whether a tensor of the encoder belongs to a layer whose attention has bits.
bool has_bits(const std::string& name, const std::vector<config::Tree>& attention) {
  for (size_t layer = 0; layer < attention.size(); ++layer) {
    if (name.starts_with("encoder.layers." + std::to_string(layer) + "."))
      return attention[layer].find("bits") != nullptr;
  }
  return false;
}

/// The weights of the longer model, in which the encoder's must have the same shapes. With
/// `resamples`, the hashes are those that the longer model samples itself. UsageError.
serialization::NamedTensors longer_weights(const serialization::NamedTensors& weights,
                                           const tasks::ResolvedExperiment& resolved,
                                           bool resamples) {
  const config::ModelConfig& model = resolved.experiment.model;
  nn::Encoder encoder(model, resolved.attention, resolved.seed());
  serialization::NamedTensors result;
  for (const auto& [name, tensor] : weights) {
    if (name == kPositions) {
      result.emplace_back(name, tiled(tensor, model.position_offset, model.max_length));
      continue;
    }
    const std::string prefix = "encoder.";
    at::Tensor made;
    if (name.starts_with(prefix)) {
      made =
          serialization::find(serialization::named_tensors(*encoder), name.substr(prefix.size()));
    }
    if (resamples && nn::is_drawn(name) && has_bits(name, resolved.attention)) {
      if (!made.defined()) throw UsageError(name + ": does not exist in the longer model");
      result.emplace_back(name, made);
      continue;
    }
    if (made.defined() && made.sizes() != tensor.sizes()) {
      throw UsageError(name + ": depends on the length, so that this attention (" +
                       tasks::attention_label(resolved) + ") cannot be extended");
    }
    result.emplace_back(name, tensor);
  }
  return result;
}

}  // namespace

int extend_command(const ExtendOptions& options) {
  Log::Options log_options;
  log_options.quiet = options.quiet;
  Log log(log_options);
  const std::string folder = train::find_checkpoint(options.from);
  train::verify_checkpoint(folder);
  const tasks::ResolvedExperiment resolved = tasks::resolve(longer_config(folder, options));
  const serialization::NamedTensors weights = train::read_model(folder);
  train::Checkpoint checkpoint;
  checkpoint.model = longer_weights(weights, resolved, options.bits.has_value());

  const train::RunFolder run(options.output);
  if (run.occupied()) throw UsageError(run.path() + ": already holds a run");
  checkpoint.config = config::to_yaml(resolved.tree());
  checkpoint.state.seed = resolved.experiment.run.seed;
  checkpoint.state.version = runtime::version_text();
  train::Checkpoints(run.files().checkpoints()).save(checkpoint);
  write_atomically(run.files().config(), checkpoint.config);

  const at::Tensor table = serialization::find(weights, kPositions);
  log.info(folder + ": " +
           (table.defined()
                ? format_count(table.size(0) - resolved.experiment.model.position_offset) +
                      " positions repeated to "
                : "no position table, inputs of up to ") +
           format_count(options.length));
  log.info(options.bits ? "hashes of " + std::to_string(*options.bits) +
                              " bits; those stored were sampled again"
                        : "hashes kept as they are");
  log.info("wrote " + run.path() + "; `train " + options.output +
           " --output DIR` starts from there with a new optimizer");
  return 0;
}

}  // namespace yoso::commands
