#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "yoso/config/fields.h"
#include "yoso/results/table.h"

namespace yoso::apps {

/// Parses the command line and runs the chosen subcommand. Returns its exit code. An error is
/// printed as one clear line on stderr (several mistakes of a configuration: one line each) and
/// returned as an exit code of util/error.h.
int run_program(CLI::App& app, int argc, char** argv);

/// Sets up a program: description, `--version`, exactly one subcommand.
void describe_program(CLI::App& app, const std::string& description);

/// Adds a subcommand; `run` returns its exit code.
CLI::App* add_command(CLI::App& app, const std::string& name, const std::string& help,
                      std::function<int()> run);

/// The subcommands that several programs have.
void add_train(CLI::App& app);
void add_eval(CLI::App& app);
void add_sweep(CLI::App& app);
CLI::App* add_table(CLI::App& app, std::function<void(const results::TableOptions&)> print =
                                       results::table_command);

/// Adds one option for each field of a struct: `min_length` becomes `--min-length`; help, default
/// and range are those of the field. The struct must outlive the parse. std::logic_error: a kind of
/// field that has no option.
void add_field_options(CLI::App& command, const std::function<void(config::FieldVisitor&)>& fields);

}  // namespace yoso::apps
