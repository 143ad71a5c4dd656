#pragma once

#include "yoso/results/table.h"

namespace yoso::results::glue {

/// Prints GLUE's table on stdout: models as rows, tasks as columns, dev scores as mean ± deviation
/// over seeds at the best setting, GLUE's average beside the published row of BERT-Small; then what
/// each cell is made of. DataError: no finished run of a GLUE task.
void table_command(const TableOptions& options);

}  // namespace yoso::results::glue
