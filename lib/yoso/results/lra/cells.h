#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "yoso/results/lra/columns.h"
#include "yoso/results/statistics.h"
#include "yoso/train/result.h"

namespace yoso::results::lra {

/// The runs of one cell of a table: one task, attention and setting, several seeds.
struct Cell {
  double lr = 0;     // among the rates with most finished runs, that of best mean dev score
  int rates = 1;     // number of learning rates that were tried
  int diverged = 0;  // runs at any rate whose loss became NaN or infinite
  Summary test;      // accuracy, a fraction
  std::vector<train::RunResult> runs;  // finished at that learning rate; none: all diverged
  bool below_chance = false;           // no run beats the majority class by two standard errors
  std::optional<double> attention_dropout;  // where the attention has weights to drop
};

/// One row of a table: an attention (and another setting of the rest).
struct Row {
  std::string name;
  bool compat = false;  // as in the published harness; not comparable with other rows
  std::array<std::optional<Cell>, kTasks> cells;

  /// Mean accuracy over the first `tasks` columns; nothing when one is missing.
  std::optional<double> average(size_t tasks) const;
};

/// Collects finished and diverged runs. `paths` are run folders or folders that contain some, at
/// any depth. Unfinished and damaged runs, and those of other tasks, are left out, with one line
/// each in `left_out`. Runs that differ in more than seed and learning rate are never in the same
/// cell. DataError: a path does not exist.
std::vector<Row> collect(const std::vector<std::string>& paths, std::vector<std::string>& left_out);

}  // namespace yoso::results::lra
