#include "yoso/tasks/class_report.h"

#include <algorithm>
#include <numeric>
#include <sstream>
#include <string>

#include "yoso/data/texts/labels.h"
#include "yoso/report/table.h"
#include "yoso/util/format.h"
#include "yoso/util/utf8.h"

namespace yoso::tasks {
namespace {

constexpr size_t kShown = 20;
constexpr size_t kMany = 1000;

using Names = std::vector<std::string>;
using Counts = std::vector<std::vector<int64_t>>;  // [split][class]

std::string quoted(const Names& names) {
  std::string text;
  for (size_t i = 0; i < std::min(names.size(), kShown); ++i)
    text += (i == 0 ? "`" : ", `") + one_line(cut_to_width(names[i], 40)) + "`";
  return text + (names.size() > kShown ? ", …" : "");
}

/// A name in the table, in quotes where spaces around it would not be seen.
std::string shown(const std::string& name) {
  const std::string text = one_line(cut_to_width(name, 40));
  return name.starts_with(' ') || name.ends_with(' ') ? "\"" + text + "\"" : text;
}

void warn_of_names(const Names& names, Log& log) {
  for (const Names& group : data::near_equal_labels(names)) {
    log.warn("the classes " + quoted(group) + " differ only in case, spaces or the form of a " +
             "number: are they one?");
  }
  Names missing;
  std::copy_if(names.begin(), names.end(), std::back_inserter(missing),
               [](const std::string& name) { return data::is_missing_word(name); });
  if (!missing.empty())
    log.warn("the class " + quoted(missing) + " is what programs write for a missing value");
}

void warn_of_counts(const Names& names, const std::vector<data::Split>& splits,
                    const Counts& counts, Log& log) {
  for (size_t s = 0; s < splits.size(); ++s) {
    const int64_t all = std::accumulate(counts[s].begin(), counts[s].end(), int64_t{0});
    if (all == 0) continue;
    Names absent;
    for (size_t k = 0; k < names.size(); ++k) {
      if (counts[s][k] == 0) absent.push_back(names[k]);
    }
    if (!absent.empty() && names.size() <= kMany) {
      log.warn(std::string(data::name(splits[s])) + " has no example of " +
               (absent.size() == 1 ? "class " : "the classes ") + quoted(absent));
    }
    const bool is_train = splits[s] == data::Split::train;
    if (is_train && (names.size() > kMany || (names.size() > 20 && 2 * names.size() > size_t(all))))
      log.warn(format_count(static_cast<int64_t>(names.size())) + " classes in " +
               format_count(all) + " examples: is the label column one of texts or numbers?");
  }
}

}  // namespace

void report_classes(const Task& task, const std::vector<data::Split>& splits, Log& log) {
  const Names names = task.class_names();
  if (names.empty()) return;
  Counts counts;
  for (const data::Split split : splits) counts.push_back(task.class_counts(split));
  std::vector<size_t> order(names.size());
  std::iota(order.begin(), order.end(), size_t{0});
  if (names.size() > kShown) {
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return counts[0][a] > counts[0][b]; });
    order.resize(kShown);
  }
  Names header = {"class"};
  for (const data::Split split : splits) header.push_back(data::name(split));
  report::Table table(header);
  for (const size_t k : order) {
    Names row = {shown(names[k])};
    for (const auto& of_split : counts) row.push_back(format_count(of_split[k]));
    table.add(row);
  }
  std::istringstream lines(table.text());
  for (std::string line; std::getline(lines, line);) log.info("  " + line);
  if (names.size() > kShown) {
    log.info("  and " + format_count(static_cast<int64_t>(names.size() - kShown)) +
             " rarer classes");
  }
  warn_of_names(names, log);
  warn_of_counts(names, splits, counts, log);
}

}  // namespace yoso::tasks
