#pragma once

#include "command_line.h"

namespace yoso::apps {

/// The subcommands of finetune alone.
void add_predict(CLI::App& app);
void add_score(CLI::App& app);
void add_submit(CLI::App& app);

/// `table` with GLUE's as well.
void add_glue_table(CLI::App& app);

}  // namespace yoso::apps
