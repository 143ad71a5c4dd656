#include "yoso/commands/eval.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>

#include "yoso/commands/eval_output.h"
#include "yoso/commands/eval_store.h"
#include "yoso/config/write.h"
#include "yoso/nn/attention/attention.h"
#include "yoso/runtime/device.h"
#include "yoso/serialization/weights.h"
#include "yoso/train/checkpoint.h"
#include "yoso/train/evaluate.h"
#include "yoso/train/find_checkpoint.h"
#include "yoso/train/run_folder.h"
#include "yoso/train/setup.h"
#include "yoso/util/checksum.h"
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

std::vector<std::string> option_keys(const nn::AttentionKind& kind) {
  std::vector<std::string> keys;
  for (const auto& option : config::document_fields(kind.describe)) keys.push_back(option.key);
  return keys;
}

/// One layer's resolved attention with the kind and the number of hashes asked for.
config::Tree swapped(const config::Tree& layer, const EvalOptions& options) {
  const std::string name =
      options.attention.empty() ? layer.find("kind")->scalar : options.attention;
  const auto keys = option_keys(nn::find_attention(name, "--attention"));
  const auto has = [&](const char* key) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
  };
  config::Tree result = config::Tree::map(layer.origin);
  result["kind"] = config::Tree::text(name, "--attention");
  for (const auto& [key, value] : layer.entries) {
    if (key != "kind" && has(key.c_str())) result[key] = value;
  }
  if (options.hashes) {
    if (!has("hashes")) throw UsageError("--hashes: attention " + name + " has no hashes");
    result["hashes"] = config::Tree::text(std::to_string(*options.hashes), "--hashes");
    if (has("hash_passes")) result["hash_passes"] = config::Tree::text("auto");
  }
  return result;
}

/// The section in its `layers` form with every layer swapped.
config::Tree swapped_section(const std::vector<config::Tree>& layers, const EvalOptions& options) {
  config::Tree section = config::Tree::map();
  for (size_t i = 0; i < layers.size(); ++i)
    section["layers"][std::to_string(i)] = swapped(layers[i], options);
  return section;
}

/// Whether any layer's attention draws hashes or features.
bool draws_hashes(const train::Setup& setup) {
  return std::any_of(setup.attention.begin(), setup.attention.end(), [](const config::Tree& layer) {
    return nn::find_attention(layer.find("kind")->scalar).draws;
  });
}

/// The checkpoints to score, oldest first.
std::vector<std::string> checkpoint_folders(const EvalOptions& options, Log& log) {
  if (!options.all_checkpoints)
    return {train::choose_checkpoint(options.run, options.checkpoint, log)};
  const train::Checkpoints checkpoints(options.run + "/checkpoints");
  std::vector<std::string> folders;
  for (const int64_t step : checkpoints.steps()) folders.push_back(checkpoints.path(step));
  if (folders.empty()) throw DataError(options.run + ": holds no checkpoint yet");
  std::reverse(folders.begin(), folders.end());
  return folders;
}

/// The run's experiment with another folder of data, kind of attention or number of hashes.
train::Setup changed_setup(const EvalOptions& options) {
  config::Tree tree = train::read_run_config(options.run);
  if (!options.data.empty()) {
    config::Tree& folder = tree.find("corpus") ? tree["corpus"]["shards"] : tree["task"]["data"];
    folder = config::Tree::text(options.data, "--data");
    if (tree["task"].find("prepared") != nullptr)  // that was of the other folder
      tree["task"]["prepared"] = config::Tree::text("");
  }
  train::Setup setup = train::resolve_saved(tree);
  if (options.attention.empty() && !options.hashes) return setup;
  tree["attention"] = swapped_section(setup.attention, options);
  return train::resolve_saved(tree);
}

data::Split split_of(const EvalOptions& options, const tasks::Task& task) {
  if (options.split.empty()) {
    return task.size(data::Split::test) > 0 ? data::Split::test : data::Split::dev;
  }
  const data::Split split = parse_split(options.split);
  if (task.size(split) == 0)
    throw UsageError("--split " + options.split + ": the task has no such rows");
  return split;
}

/// Scores checkpoints one by one with one model.
class Scorer {
 public:
  Scorer(const EvalOptions& options, const train::Setup& setup, Log& log)
      : options_(options),
        setup_(setup),
        log_(log),
        device_(runtime::choose_device(options.device)),
        sampled_(draws_hashes(setup)) {
    if (options.draws > 0 && !sampled_) {
      throw UsageError("--draws: attention " + train::attention_label(setup) + " draws no hashes");
    }
    runtime::set_threads(options.threads);
    task_ = train::open_task(setup, log);
    split_ = split_of(options, *task_);
    model_ = train::make_model(setup, *task_, device_);
    if (options.all_checkpoints) {
      store_.emplace(options.run + "/evaluations.jsonl");
      data_ = task_->fingerprint();
    }
  }

  const char* split() const { return data::name(split_); }

  /// Adds the scores of one checkpoint; false when a signal came before all were there.
  bool score(const std::string& folder, std::vector<Scored>& scored) {
    loaded_ = false;
    for (int64_t draw = 0; draw <= options_.draws; ++draw) {
      const std::string hashes = !sampled_         ? "-"
                                 : draw > 0        ? "draw " + std::to_string(draw)
                                 : options_.hashes ? "drawn anew"
                                                   : "stored";
      auto evaluation = store_ ? store_->find(key(folder, hashes)) : std::nullopt;
      if (!evaluation) {
        evaluation = evaluate_draw(folder, hashes, draw);
        if (!evaluation) return false;
        if (store_) store_->add(key(folder, hashes), *evaluation);
      }
      scored.push_back({folder, hashes, *evaluation});
    }
    return true;
  }

 private:
  std::optional<train::Evaluation> evaluate_draw(const std::string& folder,
                                                 const std::string& hashes, int64_t draw) {
    if (!loaded_) {
      train::verify_checkpoint(folder);
      const bool swaps = !options_.attention.empty() || options_.hashes.has_value();
      nn::redraw_hashes(*model_, 0);  // those that the checkpoint does not have
      serialization::load_weights(
          train::read_model(folder), *model_, folder,
          swaps ? serialization::Fit::other_hashes : serialization::Fit::exact);
      loaded_ = true;
    }
    if (draw > 0 || options_.hashes) nn::redraw_hashes(*model_, draw);
    const config::TrainConfig& train = setup_.experiment.train;
    std::string what = std::string("score ") + split();
    if (options_.all_checkpoints) what += " of " + fs::path(folder).filename().string();
    if (draw > 0) what += ", " + hashes;
    return train::evaluate(*model_, *task_,
                           {.split = split_,
                            .batch_size = train.eval_batch.value_or(train.batch_size),
                            .device = device_,
                            .precision = train.precision,
                            .what = what,
                            .by_length = train.length_pool > 1,
                            .drop_last = train::drops_last(train, split_)},
                           log_);
  }

  /// All that decides the scores.
  report::Record key(const std::string& folder, const std::string& hashes) const {
    return {{"checkpoint", fs::path(folder).filename().string()},
            {"manifest", checksum_text(file_checksum(folder + "/manifest.json"))},
            {"split", split()},
            {"data", data_},
            {"attention", train::attention_label(setup_)},
            {"hashes", hashes},
            {"number", options_.hashes.value_or(0)}};
  }

  const EvalOptions& options_;
  const train::Setup& setup_;
  Log& log_;
  c10::Device device_;
  bool sampled_;
  std::unique_ptr<tasks::Task> task_;
  data::Split split_ = data::Split::test;
  std::shared_ptr<torch::nn::Module> model_;
  bool loaded_ = false;  // the model has the weights of the checkpoint at hand
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
  const train::Setup setup = changed_setup(options);
  const std::vector<std::string> folders = checkpoint_folders(options, log);
  if (!options.all_checkpoints) train::verify_checkpoint(folders.front());
  Scorer scorer(options, setup, log);
  std::vector<Scored> scored;
  for (const std::string& folder : folders) {
    if (scorer.score(folder, scored)) continue;
    log.info(
        std::string("stopped by ") + signal_name(stop_requested()) + "; " +
        (options.all_checkpoints ? "the same command goes on from here" : "nothing was scored"));
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
