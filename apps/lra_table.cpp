// lra table: results of runs, or the Long Range Arena's table.
#include <memory>

#include "lra_commands.h"
#include "yoso/results/lra/table.h"

namespace yoso::apps {

void add_arena_table(CLI::App& app) {
  auto arena = std::make_shared<results::lra::ArenaTableOptions>();
  CLI::App* command = add_table(app, [arena](const results::TableOptions& options) {
    if (arena->wanted || !arena->published.empty() || !arena->speed.empty()) {
      results::lra::table_command(options, *arena);
    } else {
      results::table_command(options);
    }
  });
  command->add_flag("--arena", arena->wanted,
                    "attentions as rows, tasks as columns, means over seeds; RUNS may be folders "
                    "of runs");
  command
      ->add_option("--published", arena->published,
                   "with --arena: published rows too: harness, official, best or all")
      ->check(CLI::IsMember({"harness", "official", "best", "all"}))
      ->type_name("SET");
  command
      ->add_option("--speed", arena->speed,
                   "with --arena: draw accuracy against speed into this SVG")
      ->type_name("FILE");
}

}  // namespace yoso::apps
