#pragma once

#include "command_line.h"

namespace yoso::apps {

/// The subcommands that only finetune has.
void add_predict(CLI::App& app);
void add_score(CLI::App& app);
void add_submit(CLI::App& app);

/// `table`, which also prints GLUE's table.
void add_glue_table(CLI::App& app);

}  // namespace yoso::apps
