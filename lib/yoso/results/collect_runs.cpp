#include "yoso/results/collect_runs.h"

#include <algorithm>
#include <filesystem>

#include "yoso/config/write.h"
#include "yoso/tasks/resolved_experiment.h"
#include "yoso/train/saved_run.h"
#include "yoso/util/error.h"

namespace yoso::results {

namespace fs = std::filesystem;

std::vector<std::string> run_folders(const std::string& path) {
  if (!fs::is_directory(path)) throw DataError(path + ": no such run folder");
  if (train::SavedRun::is_one(path)) return {path};
  std::vector<std::string> found;
  for (auto entry = fs::recursive_directory_iterator(path);
       entry != fs::recursive_directory_iterator(); ++entry) {
    if (!entry->is_directory()) continue;
    if (!train::SavedRun::is_one(entry->path().string())) continue;
    found.push_back(entry->path().string());
    entry.disable_recursion_pending();
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string setting(const config::Tree& experiment, const char* section, const char* key) {
  const config::Tree* entry = experiment.find(section);
  if (entry != nullptr) entry = entry->find(key);
  return entry != nullptr && entry->is_scalar() ? entry->scalar : "";
}

namespace {

void sort_keys(config::Tree& tree) {
  std::sort(tree.entries.begin(), tree.entries.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  for (auto& [key, value] : tree.entries) sort_keys(value);
  for (config::Tree& item : tree.items) sort_keys(item);
}

}  // namespace

std::string setting_line(config::Tree experiment,
                         const std::vector<std::pair<std::string, std::string>>& left_out) {
  try {
    experiment = tasks::resolve(experiment).tree();
  } catch (const Error&) {
    // Written by a version with other keys: compared as it is.
  }
  sort_keys(experiment);
  for (const auto& [section, key] : left_out) {
    if (config::Tree* entry = experiment.find(section)) {
      std::erase_if(entry->entries, [&key = key](const auto& e) { return e.first == key; });
    }
  }
  std::erase_if(experiment.entries, [](const auto& e) { return e.first == "run"; });
  return config::to_line(experiment);
}

}  // namespace yoso::results
