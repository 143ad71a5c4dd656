#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "yoso/train/arena/columns.h"
#include "yoso/train/result.h"
#include "yoso/train/statistics.h"

namespace yoso::train::arena {

/// The runs that one cell of a table is made of: one task, attention and setting, several seeds.
struct Cell {
  double lr = 0;                // the one of best mean dev score, among those that were tried
  int rates = 1;                // how many were tried
  Summary test;                 // accuracy, a fraction
  std::vector<RunResult> runs;  // at that learning rate
  bool below_chance = false;    // no run is better than the majority class by two standard errors
};

/// One row of a table: an attention (and `compat: mlpen`, or another setting of the rest).
struct Row {
  std::string name;
  std::array<std::optional<Cell>, kTasks> cells;

  /// Mean accuracy over the first `tasks` columns; nothing when one is missing.
  std::optional<double> average(size_t tasks) const;
};

/// Collects finished runs: `paths` are run folders or folders that hold some, at any depth.
/// Unfinished and damaged runs, and those of other tasks, are left out: a line each in `left_out`.
/// Runs that differ in more than seed and learning rate never share a cell. DataError: a path that
/// is not there.
std::vector<Row> collect(const std::vector<std::string>& paths, std::vector<std::string>& left_out);

}  // namespace yoso::train::arena
