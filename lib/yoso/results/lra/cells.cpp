#include "yoso/results/lra/cells.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <utility>

#include "yoso/config/compat.h"
#include "yoso/config/read.h"
#include "yoso/nn/attention/attention.h"
#include "yoso/results/collect_runs.h"
#include "yoso/tasks/resolved_experiment.h"
#include "yoso/train/saved_run.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"
#include "yoso/util/text.h"

namespace yoso::results::lra {

namespace fs = std::filesystem;

namespace {

struct Run {
  std::string row;  // attention, pretrained or not
  bool compat = false;
  size_t column = 0;
  std::string setting;  // the rest of the experiment, without kFree
  double lr = 0;
  std::optional<double> attention_dropout;
  bool diverged = false;
  train::RunResult result;  // not of a diverged run
};

std::optional<size_t> column_of(const config::Tree& experiment) {
  const std::string task = setting(experiment, "task", "name");
  if (task == "pathfinder")
    return setting(experiment, "task", "resolution") == "128" ? kPathX : kPathX - 1;
  static const std::map<std::string, size_t> kColumns = {
      {"listops", 0}, {"text", 1}, {"retrieval", 2}, {"image", 3}};
  const auto found = kColumns.find(task);
  return found == kColumns.end() ? std::nullopt : std::optional(found->second);
}

/// Whether any section has `compat: mlpen`, including the attention of a single layer.
bool is_compat(const config::Tree& tree) {
  return std::any_of(tree.entries.begin(), tree.entries.end(), [](const auto& entry) {
    return (entry.first == "compat" &&
            entry.second.scalar == config::to_text(config::Compat::mlpen)) ||
           is_compat(entry.second);
  });
}

/// The resolved experiment; nothing for a run of a version with other keys.
std::optional<tasks::ResolvedExperiment> known_experiment(const config::Tree& experiment) {
  try {
    return tasks::resolve(experiment);
  } catch (const Error&) {
    return {};
  }
}

std::optional<double> attention_dropout(const tasks::ResolvedExperiment& resolved) {
  for (const config::Tree& layer : resolved.attention) {
    if (nn::find_attention(layer.find("kind")->scalar).drops_weights)
      return resolved.experiment.model.attention_dropout;
  }
  return {};
}

/// The keys in which the runs of a cell may differ, beside section `run`. Pretrained runs are rows
/// of their own.
const std::vector<std::pair<std::string, std::string>> kFree = {
    {"train", "lr"},         {"train", "min_lr"},      {"train", "eval_batch"},
    {"train", "eval_every"}, {"train", "save_every"},  {"train", "keep_last"},
    {"model", "init_from"},  {"task", "data"},         {"task", "prepared"},
    {"task", "verify"},      {"task", "skip_bad_rows"}};

std::optional<Run> read_run(const std::string& folder) {
  const train::SavedRun saved(folder);
  const auto result = saved.result();
  if (!result && !saved.diverged()) return {};
  const config::Tree experiment = saved.config();
  Run run;
  const auto column = column_of(experiment);
  // A self-pretraining run is not a result of the task.
  if (!column || parse_number(setting(experiment, "task", "masked")).value_or(0) > 0) return {};
  const std::optional<tasks::ResolvedExperiment> resolved = known_experiment(experiment);
  run.column = *column;
  if (result) run.result = *result;
  run.diverged = !result || result->status != "complete";
  if (run.diverged ? !resolved || !saved.diverged() : !run.result.test) return {};
  run.row = (run.diverged ? tasks::attention_label(*resolved) : run.result.attention) +
            (setting(experiment, "model", "init_from").empty() ? "" : " (pretrained)");
  run.compat = is_compat(experiment);
  if (resolved) run.attention_dropout = attention_dropout(*resolved);
  run.setting = setting_line(experiment, kFree);
  run.lr = parse_number(setting(experiment, "train", "lr")).value_or(0);
  return run;
}

double mean_dev(const std::vector<const Run*>& runs) {
  double sum = 0;
  for (const Run* run : runs)
    sum += run->result.dev ? run->result.dev->score("accuracy") : std::nan("");
  return sum / static_cast<double>(runs.size());
}

bool near_chance(const train::RunResult& result) {
  const double p = result.majority_rate;
  const double error =
      std::sqrt(p * (1 - p) / static_cast<double>(std::max<int64_t>(1, result.test->examples)));
  return result.test->score("accuracy") < p + 2 * error;
}

Cell make_cell(const std::vector<const Run*>& runs) {
  std::map<double, std::vector<const Run*>> by_rate;
  Cell cell;
  for (const Run* run : runs) {
    std::vector<const Run*>& finished = by_rate[run->lr];
    if (run->diverged)
      ++cell.diverged;
    else
      finished.push_back(run);
  }
  // Most finished runs first: a rate with diverged or unfinished seeds must not win by lucky seeds.
  const auto best =
      std::max_element(by_rate.begin(), by_rate.end(), [](const auto& a, const auto& b) {
        return std::pair(a.second.size(), mean_dev(a.second)) <
               std::pair(b.second.size(), mean_dev(b.second));
      });
  cell.lr = best->first;
  cell.rates = static_cast<int>(by_rate.size());
  cell.attention_dropout = runs.front()->attention_dropout;
  std::vector<double> accuracies;
  for (const Run* run : best->second) {
    cell.runs.push_back(run->result);
    accuracies.push_back(run->result.test->score("accuracy"));
  }
  if (accuracies.empty()) return cell;
  cell.test = summarise(accuracies);
  cell.below_chance = std::all_of(cell.runs.begin(), cell.runs.end(), near_chance);
  return cell;
}

}  // namespace

std::optional<double> Row::average(size_t tasks) const {
  double sum = 0;
  for (size_t i = 0; i < tasks; ++i) {
    if (!cells[i] || cells[i]->runs.empty()) return {};
    sum += cells[i]->test.mean;
  }
  return sum / static_cast<double>(tasks);
}

std::vector<Row> collect(const std::vector<std::string>& paths,
                         std::vector<std::string>& left_out) {
  using Name = std::pair<std::string, bool>;  // name of a row, and whether it is in mode compat
  // By row and column, the settings found there, in the order of the paths.
  std::vector<Name> names;
  std::map<std::pair<Name, size_t>, std::vector<std::string>> settings;
  std::map<std::pair<Name, size_t>, std::map<std::string, std::vector<Run>>> runs;
  for (Run& run : read_runs(paths, "finished run of a task", read_run, left_out)) {
    const Name name(run.row, run.compat);
    const std::pair key(name, run.column);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    auto& known = settings[key];
    if (std::find(known.begin(), known.end(), run.setting) == known.end())
      known.push_back(run.setting);
    const std::string setting = run.setting;
    runs[key][setting].push_back(std::move(run));
  }
  std::vector<Row> rows;
  for (const Name& name : names) {
    size_t variants = 0;
    for (size_t column = 0; column < kTasks; ++column)
      variants = std::max(variants, settings[{name, column}].size());
    for (size_t variant = 0; variant < variants; ++variant) {
      Row row;
      row.name = name.first + (variant > 0 ? " [setting " + std::to_string(variant + 1) + "]" : "");
      row.compat = name.second;
      for (size_t column = 0; column < kTasks; ++column) {
        const std::pair key(name, column);
        if (variant >= settings[key].size()) continue;
        std::vector<const Run*> chosen;
        for (const Run& run : runs[key][settings[key][variant]]) chosen.push_back(&run);
        row.cells[column] = make_cell(chosen);
      }
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

}  // namespace yoso::results::lra
