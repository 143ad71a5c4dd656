#pragma once

#include <string>
#include <vector>

#include "yoso/report/chart.h"

namespace yoso::report {

/// Draws the metrics of a run into an SVG file at `path`: losses of train and dev, and the dev
/// metric `metric` (empty or `loss`: the first task metric found) against the step. Without any
/// record nothing is drawn. DataError, SystemError.
void draw_curves(const std::string& metrics_path, const std::string& path,
                 const std::string& metric = {});

/// A run in a comparison.
struct NamedRun {
  std::string name;          // in the legend
  std::string metrics_path;  // its metrics.jsonl
};

/// Several runs in one picture at `path`: train loss and dev `metric` (empty: the first task metric
/// found) against the step. `references` are drawn beside the metric (the majority rate).
/// DataError, SystemError.
void draw_comparison(const std::vector<NamedRun>& runs, const std::string& path,
                     const std::string& title = {}, const std::string& metric = {},
                     const std::vector<Reference>& references = {});

}  // namespace yoso::report
