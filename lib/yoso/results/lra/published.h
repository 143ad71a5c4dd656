#pragma once

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "yoso/results/lra/columns.h"

namespace yoso::results::lra {

/// A row of a published table, in percent; NaN where no figure was published.
struct PublishedRow {
  std::string model;
  std::string source;
  std::array<double, kTasks> accuracy;
  double average_of_5 = NAN, average_of_6 = NAN;  // as published

  /// The published average over the first `tasks` columns, else that of the cells.
  double average(size_t tasks) const;
};

/// The rows of a set:
///   harness    the code base of YOSO and Nyströmformer, for a fair comparison
///   official   the leaderboard of the Long Range Arena
///   best       state-space and other later models, larger and with other training
///   all        all of these
/// std::invalid_argument for another name.
std::vector<PublishedRow> published_rows(const std::string& set);

}  // namespace yoso::results::lra
