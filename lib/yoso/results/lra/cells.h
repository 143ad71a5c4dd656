#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "yoso/results/lra/columns.h"
#include "yoso/results/statistics.h"
#include "yoso/train/result.h"

namespace yoso::results::lra {

/// The runs that one cell of a table is made of: one task, attention and setting, several seeds.
struct Cell {
  double lr = 0;     // of those with most finished runs the one of best mean dev score
  int rates = 1;     // how many were tried
  int diverged = 0;  // runs of any rate whose loss became NaN or infinite
  Summary test;      // accuracy, a fraction
  std::vector<train::RunResult> runs;  // finished at that learning rate; none: all diverged
  bool below_chance = false;           // no run beats the majority class by two standard errors
  std::optional<double> attention_dropout;  // where the attention has weights to drop
};

/// One row of a table: an attention (and another setting of the rest).
struct Row {
  std::string name;
  bool compat = false;  // the published harness's quirks, not to be compared with other rows
  std::array<std::optional<Cell>, kTasks> cells;

  /// Mean accuracy over the first `tasks` columns; nothing when one is missing.
  std::optional<double> average(size_t tasks) const;
};

/// Collects finished and diverged runs: `paths` are run folders or folders that hold some, at any
/// depth. Unfinished and damaged runs, and those of other tasks, are left out: a line each in
/// `left_out`. Runs that differ in more than seed and learning rate never share a cell. DataError:
/// a path that is not there.
std::vector<Row> collect(const std::vector<std::string>& paths, std::vector<std::string>& left_out);

}  // namespace yoso::results::lra
