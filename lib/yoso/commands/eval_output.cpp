#include "yoso/commands/eval_output.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "yoso/report/metrics.h"
#include "yoso/report/table.h"
#include "yoso/results/statistics.h"
#include "yoso/train/evaluation.h"
#include "yoso/util/format.h"

namespace yoso::commands {
namespace {

std::string checkpoint_name(const Scored& scored) {
  return std::filesystem::path(scored.checkpoint).filename().string();
}

bool of_one_checkpoint(const std::vector<Scored>& scored) {
  return std::all_of(scored.begin(), scored.end(), [&](const Scored& other) {
    return other.checkpoint == scored.front().checkpoint;
  });
}

/// "31.4 ± 0.2 %"; a single value has no deviation.
std::string mean_and_deviation(const std::vector<double>& values, bool percent) {
  const results::Summary summary = results::summarise(values);
  const double unit = percent ? 100 : 1;
  const int digits = percent ? 1 : 4;
  std::string text = format_fixed(unit * summary.mean, digits);
  if (summary.deviation) text += " ± " + format_fixed(unit * *summary.deviation, digits);
  return text + (percent ? " %" : "");
}

/// The mean over the other seeds; the first score, of the stored hashes, is left out.
std::vector<std::string> mean_row(const std::vector<Scored>& scored, const std::string& split) {
  const auto column = [&](const std::string& name) {
    std::vector<double> values;
    for (size_t i = 1; i < scored.size(); ++i) values.push_back(scored[i].evaluation.score(name));
    return values;
  };
  std::vector<std::string> row = {
      checkpoint_name(scored.front()), split, format_count(scored.front().evaluation.examples),
      "mean of " + std::to_string(scored.size() - 1) + (scored.size() == 2 ? " seed" : " seeds"),
      mean_and_deviation(column("loss"), false)};
  for (const auto& score : scored.front().evaluation.scores) {
    row.push_back(mean_and_deviation(column(score.first), report::is_fraction(score.first)));
  }
  return row;
}

/// The scores of each class; of very many the most frequent ones.
void print_classes(const train::Evaluation& evaluation) {
  constexpr size_t kShown = 30;
  auto classes = evaluation.classes;
  if (classes.empty()) return;
  const size_t all = classes.size();
  if (all > kShown) {
    std::stable_sort(classes.begin(), classes.end(), [](const auto& a, const auto& b) {
      return a.second.support > b.second.support;
    });
    classes.resize(kShown);
  }
  report::Table table({"class", "precision", "recall", "f1", "support"});
  for (const auto& [name, scores] : classes) {
    table.add({name, format_percent(scores.precision), format_percent(scores.recall),
               format_percent(scores.f1), format_count(scores.support)});
  }
  std::cout << "\n" << table.text();
  if (all > kShown) std::cout << "and " << all - kShown << " rarer classes (--json has them all)\n";
}

}  // namespace

void print_json(const std::vector<Scored>& scored, const std::string& split) {
  const bool one = of_one_checkpoint(scored);
  nlohmann::ordered_json json;
  if (one) json["checkpoint"] = scored.front().checkpoint;
  json["split"] = split;
  for (const Scored& each : scored) {
    nlohmann::ordered_json entry;
    if (!one) entry["checkpoint"] = each.checkpoint;
    entry["hashes"] = each.hashes;
    entry.update(to_json(each.evaluation));
    if (!each.evaluation.classes.empty()) entry["classes"] = classes_to_json(each.evaluation);
    json["results"].push_back(entry);
  }
  std::cout << json.dump() << "\n";
}

void print_table(const std::vector<Scored>& scored, const std::string& split) {
  std::vector<std::string> header = {"checkpoint", "split", "examples", "hashes", "loss"};
  const train::Evaluation& first = scored.front().evaluation;
  for (const auto& score : first.scores)
    header.push_back(train::shown_name(score.first, first.positive));
  report::Table table(header);
  for (const Scored& each : scored) {
    std::vector<std::string> row = {checkpoint_name(each), split,
                                    format_count(each.evaluation.examples), each.hashes,
                                    format_fixed(each.evaluation.loss, 4)};
    for (const auto& [name, value] : each.evaluation.scores) {
      row.push_back(tasks::score_text(name, value));
    }
    table.add(row);
  }
  if (scored.size() > 1 && of_one_checkpoint(scored)) table.add(mean_row(scored, split));
  std::cout << table.text();
  if (scored.size() == 1) print_classes(first);
}

}  // namespace yoso::commands
