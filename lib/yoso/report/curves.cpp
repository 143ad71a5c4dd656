#include "yoso/report/curves.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

#include "yoso/report/metrics.h"
#include "yoso/util/file.h"

namespace yoso::report {
namespace {

/// The keys of a record that no task's metric uses.
constexpr std::array<std::string_view, 10> kCommonKeys = {
    "step",    "epoch",     "split", "loss", "lr", "grad_norm", "tokens_per_second",
    "padding", "elapsed_s", "rows"};

template <class List>
bool contains(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

/// The first task metric of a dev record; empty when there is none.
std::string first_metric(const std::vector<Record>& records) {
  for (const Record& record : records) {
    if (text(record, "split") != "dev") continue;
    for (const auto& [key, value] : record.items()) {
      if (value.is_number() && !contains(kCommonKeys, key)) return key;
    }
  }
  return "";
}

Series series(const std::vector<Record>& records, const std::string& split, const std::string& key,
              const std::string& name) {
  Series series{name, {}, {}, /*smooth=*/false};
  for (const Record& record : records) {
    if (text(record, "split") != split || !record.contains(key)) continue;
    series.x.push_back(number(record, "step"));
    series.y.push_back(number(record, key));
  }
  series.smooth = split == "train" && series.x.size() >= 20;
  return series;
}

Panel panel(const std::string& title) { return {title, "step", "", {}, {}, false}; }

Panel metric_panel(const std::string& metric) {
  Panel made = panel("Dev " + (metric.empty() ? "metric" : metric));
  made.percent = !metric.empty() && is_fraction(metric);
  return made;
}

}  // namespace

void draw_curves(const std::string& metrics_path, const std::string& path,
                 const std::string& metric) {
  if (!std::filesystem::exists(metrics_path)) return;
  const std::vector<Record> records = read_metrics(metrics_path);
  if (records.empty()) return;

  Figure figure;
  Panel& loss = figure.panels.emplace_back(panel("Loss"));
  for (const std::string split : {"train", "dev"})
    loss.series.push_back(series(records, split, "loss", split));
  const std::string score = metric.empty() || metric == "loss" ? first_metric(records) : metric;
  if (!score.empty()) {
    Panel& scores = figure.panels.emplace_back(metric_panel(score));
    scores.series.push_back(series(records, "dev", score, "dev"));
  }
  write_atomically(path, to_svg(figure));
}

void draw_comparison(const std::vector<NamedRun>& runs, const std::string& path,
                     const std::string& title, const std::string& metric,
                     const std::vector<Reference>& references) {
  std::vector<std::vector<Record>> records;
  for (const NamedRun& run : runs) records.push_back(read_metrics(run.metrics_path));
  std::string score = metric;
  for (size_t i = 0; i < records.size() && score.empty(); ++i) score = first_metric(records[i]);

  Panel losses = panel("Train loss");
  Panel scores = metric_panel(score);
  scores.references = references;
  for (size_t i = 0; i < runs.size(); ++i) {
    losses.series.push_back(series(records[i], "train", "loss", runs[i].name));
    scores.series.push_back(series(records[i], "dev", score, runs[i].name));
  }
  Figure figure;
  figure.title = title;
  figure.panels = {scores, losses};
  write_atomically(path, to_svg(figure));
}

}  // namespace yoso::report
