#pragma once

#include <string>
#include <vector>

namespace yoso::results {

/// The options of `PROGRAM table`.
struct TableOptions {
  std::vector<std::string> runs;
  std::string format = "text";  // text, markdown or csv
  std::string curves;           // also draw all runs into this SVG; empty: no
  std::string title;            // of the picture
};

/// Prints a table of runs with their results on stdout; a run without a result has a row that names
/// its status. DataError: a run folder does not exist.
void table_command(const TableOptions& options);

}  // namespace yoso::results
