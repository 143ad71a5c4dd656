// lra table: results of runs, or the Long Range Arena's table.
#include <memory>

#include "lra_commands.h"
#include "yoso/results/lra/table.h"

namespace yoso::apps {

void add_lra_table(CLI::App& app) {
  auto lra = std::make_shared<results::lra::LraTableOptions>();
  CLI::App* command = add_table(app, [lra](const results::TableOptions& options) {
    if (lra->wanted || !lra->published.empty() || !lra->speed.empty()) {
      results::lra::table_command(options, *lra);
    } else {
      results::table_command(options);
    }
  });
  command->add_flag("--lra", lra->wanted,
                    "attentions as rows, tasks as columns, means over seeds; "
                    "RUNS may be folders of runs");
  command
      ->add_option("--published", lra->published,
                   "with --lra: also published rows: harness, official, best or all")
      ->check(CLI::IsMember({"harness", "official", "best", "all"}))
      ->type_name("SET");
  command
      ->add_option("--speed", lra->speed, "with --lra: draw accuracy against speed into this SVG")
      ->type_name("FILE");
}

}  // namespace yoso::apps
