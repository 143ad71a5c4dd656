#pragma once

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "yoso/results/lra/columns.h"

namespace yoso::results::lra {

/// A row of a published table, in percent; NaN where there is no figure.
struct PublishedRow {
  std::string model;
  std::string source;
  std::array<double, kTasks> accuracy;
  double average_of_5 = NAN, average_of_6 = NAN;  // as printed there

  /// The printed average over the first `tasks` columns, else that of the cells.
  double average(size_t tasks) const;
};

/// The rows of "harness" (the code base of YOSO and Nyströmformer: the fair comparison), "official"
/// (the Long Range Arena's leaderboard), "best" (state-space and other later models, larger and
/// with other training) or "all".
std::vector<PublishedRow> published_rows(const std::string& set);

}  // namespace yoso::results::lra
