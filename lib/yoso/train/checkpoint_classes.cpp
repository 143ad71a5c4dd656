#include "yoso/train/checkpoint_classes.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <sstream>

#include "yoso/config/read.h"
#include "yoso/data/glue/tasks.h"
#include "yoso/train/checkpoint.h"
#include "yoso/train/find_checkpoint.h"
#include "yoso/train/run_files.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"
#include "yoso/util/format.h"

namespace yoso::train {
namespace {

bool equal_but_case(const std::string& a, const std::string& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

/// Of a GLUE subset, or a list of labels.
std::vector<std::string> task_classes(const config::Tree& task) {
  if (const config::Tree* subset = task.find("subset"))
    return data::glue::find_task(subset->scalar).labels;
  std::vector<std::string> names;
  if (const config::Tree* labels = task.find("labels")) {
    for (const config::Tree& label : labels->items) names.push_back(label.scalar);
  }
  return names;
}

/// The lines of a run's labels.txt; none where it has no such file.
std::vector<std::string> written_classes(const std::string& run) {
  const std::string file = RunFiles(run).labels();
  std::vector<std::string> names;
  if (!std::filesystem::exists(file)) return names;
  std::istringstream lines(read_file(file));
  for (std::string line; std::getline(lines, line);) names.push_back(line);
  return names;
}

}  // namespace

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return cut_to_width(text, 80);
}

void check_class_names(const std::string& run, const config::Tree& config) {
  const std::vector<std::string> written = written_classes(run);
  const config::Tree* task = config.find("task");
  if (written.empty() || task == nullptr) return;
  const std::vector<std::string> known = task_classes(*task);
  if (known.empty() || known == written) return;
  throw UsageError(RunFiles(run).labels() + " names the classes " + listed(written) +
                   ", but task.labels of the run's config.yaml " + listed(known) +
                   ": write the same names into both, in the order of the model's classes");
}

std::vector<std::string> checkpoint_classes(const std::string& folder) {
  if (const auto run = run_of(folder)) {
    const std::string config = RunFiles(*run).config();
    if (std::filesystem::exists(config)) check_class_names(*run, config::load(config));
    std::vector<std::string> names = written_classes(*run);
    if (!names.empty()) return names;
  }
  const config::Tree config = read_config(folder);
  const config::Tree* task = config.find("task");
  return task == nullptr ? std::vector<std::string>() : task_classes(*task);
}

std::vector<int64_t> match_classes(const std::vector<std::string>& names,
                                   const std::vector<std::string>& wanted) {
  std::vector<int64_t> order;
  for (const std::string& name : wanted) {
    const auto found = std::find_if(names.begin(), names.end(), [&](const std::string& known) {
      return equal_but_case(known, name);
    });
    if (found == names.end()) return {};
    order.push_back(found - names.begin());
  }
  std::vector<int64_t> sorted = order;
  std::sort(sorted.begin(), sorted.end());
  const bool once = std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end();
  return once && order.size() == names.size() ? order : std::vector<int64_t>();
}

}  // namespace yoso::train
