#pragma once

#include <string>
#include <vector>

namespace yoso::results {

/// What `PROGRAM table` was asked for.
struct TableOptions {
  std::vector<std::string> runs;
  std::string format = "text";  // text, markdown, csv
  std::string curves;           // also draw all runs into this SVG; empty: no
  std::string title;            // of the picture
};

/// Prints the results of finished runs side by side on stdout, runs without a result as such.
void table_command(const TableOptions& options);

}  // namespace yoso::results
