#include "yoso/commands/eval.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "yoso/commands/eval_output.h"
#include "yoso/commands/eval_store.h"
#include "yoso/config/write.h"
#include "yoso/nn/attention/attention.h"
#include "yoso/tasks/class_report.h"
#include "yoso/train/checkpoint.h"
#include "yoso/train/evaluate.h"
#include "yoso/train/open_run.h"
#include "yoso/util/error.h"
#include "yoso/util/stop_signal.h"

namespace yoso::commands {
namespace fs = std::filesystem;
namespace {

data::Split parse_split(const std::string& word) {
  for (const data::Split split : {data::Split::train, data::Split::dev, data::Split::test}) {
    if (word == data::name(split)) return split;
  }
  throw UsageError("--split " + word + ": expected train, dev or test");
}

/// One layer's resolved attention with the kind and the number of hashes of the options, and those
/// of its own options that the kind has too.
config::Tree swapped(const config::Tree& layer, const EvalOptions& options) {
  const std::string name =
      options.attention.empty() ? layer.find("kind")->scalar : options.attention;
  const nn::AttentionKind& kind = nn::find_attention(name, "--attention");
  config::Tree chosen = config::Tree::map(layer.origin);
  // What decides which other options there are comes first.
  if (name == layer.find("kind")->scalar)
    if (const config::Tree* weights = layer.find("weights")) chosen["weights"] = *weights;
  const config::Tree known = kind.resolve(chosen, nn::AttentionShape{}, "--attention");
  for (const auto& [key, value] : layer.entries)
    if (key != "weights" && known.find(key) != nullptr) chosen[key] = value;
  if (options.hashes) {
    if (known.find("hashes") == nullptr)
      throw UsageError("--hashes: attention " + name + " has no hashes");
    chosen["hashes"] = config::Tree::text(std::to_string(*options.hashes), "--hashes");
    if (known.find("hash_passes") != nullptr) chosen["hash_passes"] = config::Tree::text("auto");
  }
  chosen.entries.insert(chosen.entries.begin(), {"kind", config::Tree::text(name, "--attention")});
  return chosen;
}

/// The section in its `layers` form with every layer swapped.
config::Tree swapped_section(const std::vector<config::Tree>& layers, const EvalOptions& options) {
  config::Tree section = config::Tree::map();
  for (size_t i = 0; i < layers.size(); ++i)
    section["layers"][std::to_string(i)] = swapped(layers[i], options);
  return section;
}

/// Whether any layer's attention has random hashes or features.
bool has_hashes(const tasks::ResolvedExperiment& resolved) {
  return std::any_of(resolved.attention.begin(), resolved.attention.end(),
                     [](const config::Tree& layer) {
                       return !nn::find_attention(layer.find("kind")->scalar).drawn_buffers.empty();
                     });
}

/// The checkpoints to score, oldest first.
std::vector<std::string> checkpoint_folders(const EvalOptions& options, const train::SavedRun& run,
                                            Log& log) {
  if (!options.all_checkpoints) return {run.checkpoint(options.checkpoint, log)};
  std::vector<std::string> folders = run.checkpoints();
  if (folders.empty()) throw DataError(options.run + ": holds no checkpoint yet");
  return folders;
}

/// The run's configuration with another folder of data, kind of attention or number of hashes.
void change_config(const EvalOptions& options, config::Tree& tree) {
  const config::Tree* task = tree.find("task");
  const config::Tree* name = task == nullptr ? nullptr : task->find("name");
  const bool labelled = name != nullptr && name->scalar == "labelled_text";
  for (const auto& [key, value] :
       {std::pair("text", options.text), {"second", options.second}, {"label", options.label}}) {
    if (value.empty()) continue;
    if (!labelled)
      throw UsageError(std::string("--") + key + ": is for labelled texts of your own");
    tree["task"][key] = config::Tree::text(value, std::string("--") + key);
  }
  if (!options.data.empty() && labelled) {
    tree["task"]["test"] = config::Tree::text(options.data, "--data");
  } else if (!options.data.empty()) {
    config::Tree& folder = tree.find("corpus") ? tree["corpus"]["shards"] : tree["task"]["data"];
    folder = config::Tree::text(options.data, "--data");
    if (tree["task"].find("prepared") != nullptr)  // the old one belongs to the old folder
      tree["task"]["prepared"] = config::Tree::text("");
  }
  if (!options.attention.empty() || options.hashes)
    tree["attention"] = swapped_section(tasks::resolve(tree).attention, options);
}

data::Split split_of(const EvalOptions& options, const tasks::Task& task) {
  if (options.split.empty()) {
    if (task.size(data::Split::test) > 0) return data::Split::test;
    if (task.size(data::Split::dev) > 0) return data::Split::dev;
    throw UsageError(options.run + ": has no examples to score; --data names some");
  }
  const data::Split split = parse_split(options.split);
  if (task.size(split) == 0)
    throw UsageError("--split " + options.split + ": the task has no such examples");
  return split;
}

/// Scores checkpoints one by one with one model.
class Scorer {
 public:
  Scorer(const EvalOptions& options, train::OpenRun& run, Log& log)
      : options_(options), run_(run), log_(log), sampled_(has_hashes(run.resolved())) {
    const std::string label = tasks::attention_label(run.resolved());
    if (options.hash_seeds > 0 && !sampled_)
      throw UsageError("--hash-seeds: attention " + label + " has no hashes");
    split_ = split_of(options, run.task());
    tasks::report_classes(run.task(), {split_}, log);
    run.model();
    if (!options.all_checkpoints) return;
    store_.emplace(run.saved().files().evaluations());
    data_ = run.task().fingerprint();
  }

  const char* split() const { return data::name(split_); }

  /// Appends the scores of one checkpoint; false when a signal came before all were computed.
  bool score(const std::string& folder, std::vector<Scored>& scored) {
    loaded_ = false;
    for (int64_t seed = 0; seed <= options_.hash_seeds; ++seed) {
      const std::string hashes = !sampled_         ? "-"
                                 : seed > 0        ? "seed " + std::to_string(seed)
                                 : options_.hashes ? "sampled again"
                                                   : "stored";
      auto evaluation = store_ ? store_->find(key(folder, hashes)) : std::nullopt;
      if (!evaluation) {
        evaluation = evaluate_seed(folder, hashes, seed);
        if (!evaluation) return false;
        if (store_) store_->add(key(folder, hashes), *evaluation);
      }
      scored.push_back({folder, hashes, *evaluation});
    }
    return true;
  }

 private:
  std::optional<train::Evaluation> evaluate_seed(const std::string& folder,
                                                 const std::string& hashes, int64_t seed) {
    if (!loaded_) {
      const bool swaps = !options_.attention.empty() || options_.hashes.has_value();
      nn::resample_hashes(run_.model(), 0);  // for hashes that are not in the checkpoint
      run_.load(folder, swaps ? serialization::Fit::other_hashes : serialization::Fit::exact);
      loaded_ = true;
    }
    if (seed > 0 || options_.hashes) nn::resample_hashes(run_.model(), seed);
    const config::TrainConfig& train = run_.experiment().train;
    std::string what = std::string("score ") + split();
    if (options_.all_checkpoints) what += " of " + fs::path(folder).filename().string();
    if (seed > 0) what += ", " + hashes;
    return train::evaluate(run_.model(), run_.task(),
                           {.split = split_,
                            .batch_size = run_.eval_batch(),
                            .device = run_.device(),
                            .precision = train.precision,
                            .what = what,
                            .by_length = train.bucket_batches > 1,
                            .drop_last = train::drops_last(train, split_)},
                           log_);
  }

  /// Everything that decides the scores.
  report::Record key(const std::string& folder, const std::string& hashes) const {
    return {{"checkpoint", fs::path(folder).filename().string()},
            {"manifest", train::manifest_checksum(folder)},
            {"split", split()},
            {"data", data_},
            {"attention", tasks::attention_label(run_.resolved())},
            {"hashes", hashes},
            {"number", options_.hashes.value_or(0)}};
  }

  const EvalOptions& options_;
  train::OpenRun& run_;
  Log& log_;
  bool sampled_;
  data::Split split_ = data::Split::test;
  bool loaded_ = false;  // the model has the weights of the current checkpoint
  std::optional<EvalStore> store_;
  std::string data_;
};

}  // namespace

int eval_command(const EvalOptions& options) {
  watch_stop_signals();
  Log::Options log_options;
  log_options.quiet = options.quiet;
  Log log(log_options);
  if (!options.split.empty()) parse_split(options.split);
  train::OpenRun run({.run = options.run,
                      .device = options.device,
                      .threads = options.threads,
                      .change = [&](config::Tree& tree) { change_config(options, tree); }},
                     log);
  const std::vector<std::string> folders = checkpoint_folders(options, run.saved(), log);
  if (!options.all_checkpoints) train::verify_checkpoint(folders.front());
  Scorer scorer(options, run, log);
  std::vector<Scored> scored;
  for (const std::string& folder : folders) {
    if (scorer.score(folder, scored)) continue;
    log.info(
        std::string("stopped by ") + signal_name(stop_requested()) + "; " +
        (options.all_checkpoints ? "the same command continues from here" : "nothing was scored"));
    return 128 + stop_requested();
  }
  if (options.json) {
    print_json(scored, scorer.split());
  } else {
    print_table(scored, scorer.split());
  }
  return 0;
}

}  // namespace yoso::commands
