#include "benchmark/attention/chart.h"

#include <algorithm>
#include <map>

#include "yoso/report/chart.h"

namespace yoso::bench {
namespace {

/// One panel: `value` of every attention over the length.
report::Panel panel(const std::string& title, const std::string& y_label,
                    const std::vector<Result>& results, double (*value)(const Result&)) {
  report::Panel panel;
  panel.title = title;
  panel.x_label = "length";
  panel.y_label = y_label;
  panel.x_scale = report::Scale::log2;
  panel.y_scale = report::Scale::log10;
  for (const Result& result : results) {
    auto series = std::find_if(panel.series.begin(), panel.series.end(),
                               [&](const auto& s) { return s.name == result.attention; });
    if (series == panel.series.end()) {
      panel.series.push_back({.name = result.attention, .x = {}, .y = {}});
      series = panel.series.end() - 1;
    }
    series->x.push_back(static_cast<double>(result.length));
    series->y.push_back(value(result));
  }
  return panel;
}

bool is_trained(const Result& result) { return result.inputs.starts_with("trained"); }

std::string group_of(const Result& result) {
  return result.inputs + ", head dim " + std::to_string(result.head_dim) +
         (result.level == "modules" ? ", modules" : "");
}

}  // namespace

std::string chart(const std::vector<Result>& results) {
  const std::vector<Result> best = best_types(results);
  std::vector<std::string> groups;
  for (const Result& result : best) {
    if (std::find(groups.begin(), groups.end(), group_of(result)) == groups.end())
      groups.push_back(group_of(result));
  }
  report::Figure figure;
  figure.title = "Attention over the length, each in its quicker type";
  for (const std::string& group : groups) {
    std::vector<Result> of_group;
    std::copy_if(best.begin(), best.end(), std::back_inserter(of_group),
                 [&](const Result& result) { return group_of(result) == group; });
    figure.panels.push_back(panel(group, "forward + backward, ms a head", of_group,
                                  [](const Result& r) { return r.both_ms_a_head(); }));
    figure.panels.push_back(panel(group, "extra memory, MiB", of_group, [](const Result& r) {
      return static_cast<double>(r.both_bytes) / (1024.0 * 1024);
    }));
  }
  return report::to_svg(figure);
}

std::string quality_chart(const std::vector<Result>& results) {
  struct Means {
    double cosine = 0, nanoseconds = 0;
    int64_t count = 0;
  };
  const std::vector<Result> best = best_types(results);
  const bool any_trained = std::any_of(best.begin(), best.end(), is_trained);
  std::map<int64_t, std::map<std::string, std::map<std::string, Means>>> lengths;
  for (const Result& result : best) {
    if ((result.cosine == 0 && !result.softmax) || is_trained(result) != any_trained) continue;
    Means& means = lengths[result.length][result.family][result.attention];
    means.cosine += result.cosine;
    means.nanoseconds += result.both_ns_a_token();
    ++means.count;
  }
  report::Figure figure;
  figure.title = "Time against distance from the dense attention";
  for (const auto& [length, families] : lengths) {
    report::Panel panel;
    panel.title = std::to_string(length) + " tokens";
    panel.x_label = "1 − mean cosine to the dense attention";
    panel.y_label = "forward + backward, ns a token and head";
    panel.x_scale = panel.y_scale = report::Scale::log10;
    double nearest = 1, farthest = 0;
    for (const auto& [family, attentions] : families) {
      if (family == "softmax") continue;
      std::vector<std::pair<double, double>> points;
      for (const auto& [attention, means] : attentions) {
        const double distance = std::max(1e-4, 1 - means.cosine / means.count);
        points.emplace_back(distance, means.nanoseconds / means.count);
        nearest = std::min(nearest, distance), farthest = std::max(farthest, distance);
      }
      std::sort(points.begin(), points.end());
      report::Series series{.name = family, .x = {}, .y = {}};
      for (const auto& [distance, nanoseconds] : points) {
        series.x.push_back(distance);
        series.y.push_back(nanoseconds);
      }
      panel.series.push_back(series);
    }
    // Softmax has no distance: a line at its time.
    if (const auto softmax = families.find("softmax"); softmax != families.end()) {
      const Means& means = softmax->second.begin()->second;
      const double nanoseconds = means.nanoseconds / means.count;
      panel.series.push_back(
          {.name = "softmax", .x = {nearest, farthest}, .y = {nanoseconds, nanoseconds}});
    }
    figure.panels.push_back(panel);
  }
  return report::to_svg(figure);
}

}  // namespace yoso::bench
