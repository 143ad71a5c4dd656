#pragma once

#include <array>
#include <string>
#include <vector>

#include "yoso/train/arena/columns.h"

namespace yoso::train::arena {

/// A row of a published table: accuracies in percent, NaN where there is none.
struct PublishedRow {
  std::string model;
  std::string source;
  std::array<double, kTasks> accuracy;
};

/// The rows of "harness" (the code base of YOSO and Nyströmformer: the fair comparison), "official"
/// (the Long Range Arena's leaderboard), "best" (state-space and related models, larger and with
/// other training) or "all".
std::vector<PublishedRow> published_rows(const std::string& set);

}  // namespace yoso::train::arena
