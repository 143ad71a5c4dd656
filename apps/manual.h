#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace yoso::apps {

/// The manual page of a program, in the roff of man(7), from its table of options.
std::string manual_page(const CLI::App& program);

/// A script that completes a program's subcommands, options and choices in `shell`: bash, zsh or
/// fish.
std::string completion(const CLI::App& program, const std::string& shell);

/// Adds `--completion SHELL`, and `--manual`, which `cmake --install` calls.
void add_manual(CLI::App& program);

}  // namespace yoso::apps
