#pragma once

#include "command_line.h"

namespace yoso::apps {

/// The subcommands that only lra has.
void add_generate(CLI::App& app);
void add_prepare(CLI::App& app);
void add_bench(CLI::App& app);

/// `table` with the options that only lra has.
void add_lra_table(CLI::App& app);

}  // namespace yoso::apps
