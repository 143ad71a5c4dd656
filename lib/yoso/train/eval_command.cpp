#include "yoso/train/eval_command.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "yoso/config/read.h"
#include "yoso/config/write.h"
#include "yoso/nn/attention/attention.h"
#include "yoso/report/table.h"
#include "yoso/train/checkpoint.h"
#include "yoso/train/device.h"
#include "yoso/train/evaluate.h"
#include "yoso/train/setup.h"
#include "yoso/train/weights.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"
#include "yoso/util/format.h"
#include "yoso/util/stop_signal.h"

namespace yoso::train {
namespace fs = std::filesystem;
namespace {

struct Scored {
  std::string hashes;  // which draw
  Evaluation evaluation;
};

std::string checkpoint_folder(const EvalOptions& options, Log& log) {
  const Checkpoints checkpoints(options.run + "/checkpoints");
  const std::string& name = options.checkpoint;
  if (name != "best" && name != "latest") {
    const bool is_step = name.starts_with("step-") && name.size() > 5 &&
                         name.find_first_not_of("0123456789", 5) == std::string::npos;
    if (!is_step) throw UsageError("--checkpoint " + name + ": expected best, latest or step-N");
    return options.run + "/checkpoints/" + name;
  }
  const std::string pointer = options.run + "/checkpoints/" + name;
  auto step = name == "best" ? checkpoints.best() : checkpoints.latest();
  if (!step && fs::exists(pointer)) throw DataError(pointer + ": names no checkpoint");
  if (!step && name == "best") {
    step = checkpoints.latest();
    if (step) log.info("no evaluation has chosen a best checkpoint yet: scoring the latest");
  }
  if (!step) throw DataError(options.run + ": holds no checkpoint yet");
  return checkpoints.path(*step);
}

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
bool draws_hashes(const Setup& setup) {
  return std::any_of(setup.attention.begin(), setup.attention.end(), [](const config::Tree& layer) {
    return nn::find_attention(layer.find("kind")->scalar).draws;
  });
}

void print_json(const std::vector<Scored>& all, const EvalOptions& options,
                const std::string& folder) {
  nlohmann::ordered_json json = {{"checkpoint", folder}, {"split", options.split}};
  for (const Scored& scored : all) {
    nlohmann::ordered_json entry = {{"hashes", scored.hashes},
                                    {"rows", scored.evaluation.rows},
                                    {"loss", scored.evaluation.loss}};
    for (const auto& [name, value] : scored.evaluation.scores) entry[name] = value;
    json["results"].push_back(entry);
  }
  std::cout << json.dump() << "\n";
}

std::string mean_and_deviation(const std::vector<double>& values, bool percent) {
  double mean = 0, square = 0;
  for (const double value : values) mean += value / static_cast<double>(values.size());
  for (const double value : values) square += (value - mean) * (value - mean);
  const double deviation =
      values.size() > 1 ? std::sqrt(square / static_cast<double>(values.size() - 1)) : 0;
  if (percent) return format_fixed(100 * mean, 1) + " ± " + format_fixed(100 * deviation, 1) + " %";
  return format_fixed(mean, 4) + " ± " + format_fixed(deviation, 4);
}

void print_table(const std::vector<Scored>& all, const EvalOptions& options,
                 const std::string& folder) {
  std::vector<std::string> header = {"checkpoint", "split", "rows", "hashes", "loss"};
  for (const auto& score : all.front().evaluation.scores) header.push_back(score.first);
  report::Table table(header);
  const std::string checkpoint = fs::path(folder).filename().string();
  const std::string rows = format_count(all.front().evaluation.rows);
  for (const Scored& scored : all) {
    std::vector<std::string> row = {checkpoint, options.split, rows, scored.hashes,
                                    format_fixed(scored.evaluation.loss, 4)};
    for (const auto& score : scored.evaluation.scores) row.push_back(format_percent(score.second));
    table.add(row);
  }
  if (all.size() > 1) {  // the stored draw is one of its kind; the summary is over the others
    const auto column = [&](const std::string& name) {
      std::vector<double> values;
      for (size_t i = 1; i < all.size(); ++i) values.push_back(all[i].evaluation.score(name));
      return values;
    };
    std::vector<std::string> row = {checkpoint, options.split, rows,
                                    "mean of " + std::to_string(all.size() - 1) + " draws",
                                    mean_and_deviation(column("loss"), false)};
    for (const auto& score : all.front().evaluation.scores)
      row.push_back(mean_and_deviation(column(score.first), true));
    table.add(row);
  }
  std::cout << table.text();
}

}  // namespace

int eval_command(const EvalOptions& options) {
  watch_stop_signals();
  Log::Options log_options;
  log_options.quiet = options.quiet;
  Log log(log_options);
  const data::Split split = parse_split(options.split);
  const std::string config_file = options.run + "/config.yaml";
  if (!fs::exists(config_file))
    throw DataError(options.run + ": is no run folder (it has no config.yaml)");
  const std::string folder = checkpoint_folder(options, log);
  verify_checkpoint(folder);

  config::Tree tree = config::load(config_file);
  if (!options.data.empty()) tree["task"]["data"] = config::Tree::text(options.data, "--data");
  Setup setup = resolve_setup(tree);
  const bool swaps = !options.attention.empty() || options.hashes.has_value();
  if (swaps) {
    tree["attention"] = swapped_section(setup.attention, options);
    setup = resolve_setup(tree);
  }

  const bool sampled = draws_hashes(setup);
  if (options.draws > 0 && !sampled) {
    throw UsageError("--draws: attention " + attention_label(setup) + " draws no hashes");
  }
  const c10::Device device = choose_device(options.device);
  set_threads(options.threads);
  const auto task = open_task(setup, log);
  if (task->size(split) == 0)
    throw UsageError("--split " + options.split + ": the task has no such rows");
  const auto model = make_model(setup, *task, device);
  load_weights(read_model(folder), *model, folder, swaps ? Fit::other_hashes : Fit::exact);
  if (options.hashes) nn::redraw_hashes(*model, 0);

  const config::TrainConfig& train = setup.experiment.train;
  std::vector<Scored> all;
  for (int64_t draw = 0; draw <= options.draws; ++draw) {
    if (draw > 0) nn::redraw_hashes(*model, draw);
    const std::string name = !sampled         ? "-"
                             : draw > 0       ? "draw " + std::to_string(draw)
                             : options.hashes ? "drawn anew"
                                              : "stored";
    const auto evaluation =
        evaluate(*model, *task,
                 {.split = split,
                  .batch_size = train.eval_batch.value_or(train.batch_size),
                  .device = device,
                  .precision = train.precision,
                  .what = "score " + options.split + (draw > 0 ? ", " + name : "")},
                 log);
    if (!evaluation) {
      log.info(std::string("stopped by ") + signal_name(stop_requested()) + "; nothing was scored");
      return 128 + stop_requested();
    }
    all.push_back({name, *evaluation});
  }
  if (options.json) {
    print_json(all, options, folder);
  } else {
    print_table(all, options, folder);
  }
  return 0;
}

}  // namespace yoso::train
