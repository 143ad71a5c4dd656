#pragma once

#include <string>
#include <vector>

#include "yoso/results/table.h"

namespace yoso::results::lra {

/// The options of `lra table --lra`, beside the runs and the format.
struct LraTableOptions {
  bool wanted = false;
  std::string published;  // harness, official, best or all; empty: none
  std::string speed;      // draw accuracy against speed into this SVG; empty: no
};

/// Prints the Long Range Arena's table: attentions as rows, tasks as columns, each cell the test
/// accuracy as mean ± deviation over seeds with a 95 % confidence interval, at the learning rate of
/// best mean dev accuracy; then a table of the cost of each cell. As CSV: one line for each cell,
/// with all figures. DataError: no finished run and no published rows.
void table_command(const TableOptions& options, const LraTableOptions& lra);

}  // namespace yoso::results::lra
