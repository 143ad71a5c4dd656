// finetune table: GLUE's table, or results of runs.
#include <memory>

#include "finetune_commands.h"
#include "yoso/results/glue/table.h"

namespace yoso::apps {

void add_glue_table(CLI::App& app) {
  auto each = std::make_shared<bool>(false);
  CLI::App* command = add_table(app, [each](const results::TableOptions& options) {
    if (*each || !options.curves.empty()) {
      results::table_command(options);
    } else {
      results::glue::table_command(options);
    }
  });
  command->description(
      "GLUE's table: models as rows, tasks as columns, dev scores over seeds, the average; "
      "RUNS may be folders of runs");
  command->add_flag("--each", *each, "instead a table with one row for each run, of any task");
}

}  // namespace yoso::apps
