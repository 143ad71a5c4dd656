#pragma once

#include "yoso/results/table.h"

namespace yoso::results::glue {

/// Prints GLUE's table on stdout: models as rows, tasks as columns, dev scores as mean ± deviation
/// over seeds at the best setting, GLUE's average, and the published row of BERT-Small; then a
/// table of the runs behind each cell. DataError: no finished run of a GLUE task.
void table_command(const TableOptions& options);

}  // namespace yoso::results::glue
