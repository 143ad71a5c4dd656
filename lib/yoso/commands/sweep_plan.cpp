#include "yoso/commands/sweep_plan.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "yoso/config/read.h"
#include "yoso/config/renamed_keys.h"
#include "yoso/util/error.h"
#include "yoso/util/path.h"

namespace yoso::commands {

namespace fs = std::filesystem;

namespace {

using Tree = config::Tree;

[[noreturn]] void refuse(const Tree& at, const std::string& what) {
  throw UsageError((at.origin.empty() ? "" : at.origin + ": ") + what);
}

void check_keys(const Tree& tree) {
  const std::vector<std::string> known = {"output", "experiments", "attentions", "set", "grid"};
  for (const auto& [key, value] : tree.entries) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    refuse(value, key + ": unknown key, expected output, experiments, attentions, set or grid" +
                      config::did_you_mean(key, known));
  }
}

using Named = std::vector<std::pair<std::string, Tree>>;

/// The experiment files by name; without a name, that of the file.
Named experiments_of(const Tree& sweep) {
  const Tree* entry = sweep.find("experiments");
  if (entry == nullptr || (!entry->is_sequence() && !entry->is_map()))
    refuse(entry ? *entry : sweep, "experiments: expected a list of experiment files");
  Named named = entry->entries;
  for (const Tree& item : entry->items)
    named.emplace_back(fs::path(item.scalar).stem().string(), item);
  for (const auto& [name, file] : named) {
    if (!file.is_scalar() || file.scalar.empty())
      refuse(file, "experiments: expected the path of an experiment file");
  }
  if (named.empty()) refuse(*entry, "experiments: expected at least one");
  return named;
}

Named attentions_of(const Tree& sweep) {
  const Tree* entry = sweep.find("attentions");
  if (entry == nullptr || entry->is_null()) return {{"", Tree()}};
  if (!entry->is_map() || entry->entries.empty())
    refuse(*entry, "attentions: expected NAME: SECTION, such as `softmax: {kind: softmax}`");
  Named named = entry->entries;
  for (auto& [name, section] : named) {
    config::rename_old_keys(section, "attention");
    if (!section.is_scalar()) continue;
    Tree map = Tree::map(section.origin);
    map["kind"] = section;
    section = map;
  }
  return named;
}

/// Refuses one key under two names.
void check_names(const Tree& keys, const std::string& section) {
  for (size_t i = 0; i < keys.entries.size(); ++i) {
    const auto& [key, value] = keys.entries[i];
    for (size_t j = 0; j < i; ++j) {
      const std::string& other = keys.entries[j].first;
      if (config::present_key(key) == config::present_key(other))
        refuse(value, section + "." + key + ": is the same key as " + other);
    }
  }
}

/// Keys with one value each.
using Choice = std::vector<std::pair<std::string, Tree>>;

/// Every combination of the grid, its first key varying fastest.
std::vector<Choice> combinations(const Tree& sweep) {
  std::vector<Choice> all = {{}};
  const Tree* grid = sweep.find("grid");
  if (grid == nullptr || grid->is_null()) return all;
  if (!grid->is_map()) refuse(*grid, "grid: expected keys with lists of values");
  check_names(*grid, "grid");
  for (const auto& [key, values] : grid->entries) {
    if (!values.is_sequence() || values.items.empty())
      refuse(values, "grid." + key + ": expected a list of values");
    std::vector<Choice> longer;
    for (const Tree& value : values.items) {
      for (Choice choice : all) {
        choice.emplace_back(key, value);
        longer.push_back(std::move(choice));
      }
    }
    all = std::move(longer);
  }
  return all;
}

std::string folder_name(const Choice& choice) {
  std::string name;
  for (const auto& [key, value] : choice) {
    const std::string word = value.is_scalar() ? value.scalar : "?";
    name += (name.empty() ? "" : ",") + key.substr(key.rfind('.') + 1) + "=" + word;
  }
  std::replace(name.begin(), name.end(), '/', '_');
  return name;
}

/// Whether setting one key changes the other: `train` and `train.lr`.
bool overlap(const std::string& first, const std::string& second) {
  const std::string one = config::present_key(first), other = config::present_key(second);
  return one == other || one.starts_with(other + ".") || other.starts_with(one + ".");
}

/// Refuses overrides of keys that the sweep varies: runs would be equal in folders that differ.
void check_overrides(const Tree& sweep, const std::vector<std::string>& overrides) {
  const Tree* attentions = sweep.find("attentions");
  const bool lists_attentions = attentions != nullptr && !attentions->is_null();
  const Tree* grid = sweep.find("grid");
  for (const std::string& text : overrides) {
    const std::string key = text.substr(0, text.find('='));
    const std::string where = "--set " + text + ": ";
    if (overlap(key, "run.output"))
      throw UsageError(where + "the runs of a sweep lie below the `output` of its file");
    if (lists_attentions && (key == "attention" || key == "attention.kind")) {
      throw UsageError(where + "the sweep lists its attentions (" + attentions->origin +
                       "); change them there");
    }
    for (size_t i = 0; grid != nullptr && i < grid->entries.size(); ++i) {
      const auto& [name, values] = grid->entries[i];
      if (overlap(key, name)) {
        throw UsageError(where + "the sweep's grid has " + name + " (" + values.origin +
                         "); change it there");
      }
    }
  }
}

}  // namespace

Sweep read_sweep(const std::string& path, const std::vector<std::string>& overrides) {
  const Tree tree = config::load(path);
  check_keys(tree);
  check_overrides(tree, overrides);
  const Tree* output = tree.find("output");
  if (output != nullptr && (!output->is_scalar() || output->scalar.empty()))
    refuse(*output, "output: expected a folder");
  Sweep sweep;
  sweep.output = absolute_path(output ? output->scalar : "runs/" + fs::path(path).stem().string());
  const Tree* set = tree.find("set");
  if (set != nullptr && !set->is_map()) refuse(*set, "set: expected keys with values");
  if (set != nullptr) check_names(*set, "set");
  const fs::path folder = fs::path(path).parent_path();
  const Named experiments = experiments_of(tree);
  const Named attentions = attentions_of(tree);
  for (const Choice& choice : combinations(tree)) {
    for (const auto& [name, file] : experiments) {
      for (const auto& [attention, section] : attentions) {
        SweepRun run;
        run.experiment = config::load((folder / file.scalar).lexically_normal().string());
        if (!section.is_null()) run.experiment["attention"] = section;
        if (set != nullptr) {
          for (const auto& [key, value] : set->entries) config::set(run.experiment, key, value);
        }
        for (const auto& [key, value] : choice) config::set(run.experiment, key, value);
        config::override_keys(run.experiment, overrides);
        fs::path run_folder = fs::path(sweep.output) / name / attention / folder_name(choice);
        if (!run_folder.has_filename()) run_folder = run_folder.parent_path();
        run.folder = run_folder.string();
        config::set(run.experiment, "run.output", Tree::text(run.folder));
        sweep.runs.push_back(std::move(run));
      }
    }
  }
  for (size_t i = 0; i < sweep.runs.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (sweep.runs[i].folder == sweep.runs[j].folder)
        throw UsageError(path + ": two runs would share the folder " + sweep.runs[i].folder);
    }
  }
  return sweep;
}

}  // namespace yoso::commands
