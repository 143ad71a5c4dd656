#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "yoso/config/fields.h"
#include "yoso/results/table.h"
#include "yoso/util/renamed.h"

namespace yoso::apps {

/// Parses the command line and runs the chosen subcommand. Whatever goes wrong becomes one clear
/// line on stderr and the exit code of util/error.h.
int run_program(CLI::App& app, int argc, char** argv);

/// A program's frame: description, `--version`, exactly one subcommand.
void describe_program(CLI::App& app, const std::string& description);

/// A subcommand whose exit code is what `run` returns.
CLI::App* add_command(CLI::App& app, const std::string& name, const std::string& help,
                      std::function<int()> run);

/// An option's or flag's name of an earlier version: still understood, not in `--help`, one warning.
template <class Value>
CLI::Option* add_old_option(CLI::App& command, const std::string& old_name, const std::string& name,
                            Value& value) {
  CLI::Option* option = command.add_option(old_name, value)->group("");
  return option->each([=](const std::string&) { warn_renamed(old_name, name); });
}
CLI::Option* add_old_flag(CLI::App& command, const std::string& old_name, const std::string& name,
                          bool& value);

/// The subcommands that every program shares.
void add_train(CLI::App& app);
void add_eval(CLI::App& app);
void add_sweep(CLI::App& app);
CLI::App* add_table(CLI::App& app, std::function<void(const results::TableOptions&)> print =
                                       results::table_command);

/// One option a field of a struct: `min_length` becomes `--min-length`; help, default and range
/// come from the field list. `fields` must outlive the parse.
void add_field_options(CLI::App& command, const std::function<void(config::FieldVisitor&)>& fields);

}  // namespace yoso::apps
