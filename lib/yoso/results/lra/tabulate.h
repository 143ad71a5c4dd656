#pragma once

#include <vector>

#include "yoso/report/table.h"
#include "yoso/results/lra/cells.h"
#include "yoso/results/lra/published.h"

namespace yoso::results::lra {

/// Attentions as rows, tasks as columns, and averages; published rows below.
report::Table accuracy_table(const std::vector<Row>& rows,
                             const std::vector<PublishedRow>& published);

/// The runs behind each cell, and their cost.
report::Table cost_table(const std::vector<Row>& rows);

/// Both tables in long form: one line for each cell.
report::Table long_table(const std::vector<Row>& rows, const std::vector<PublishedRow>& published);

/// Mean over the runs of a cell, which must have some.
template <class Value>
double mean_over(const Cell& cell, Value value) {
  double sum = 0;
  for (const train::RunResult& run : cell.runs) sum += static_cast<double>(value(run));
  return sum / static_cast<double>(cell.runs.size());
}

}  // namespace yoso::results::lra
