#include "benchmark/attention/chart.h"

#include <algorithm>

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

}  // namespace yoso::bench
