#include "command_line.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <iostream>
#include <system_error>
#include <utility>
#include <vector>

#include "manual.h"
#include "yoso/commands/failure.h"
#include "yoso/config/read.h"
#include "yoso/runtime/large_blocks.h"
#include "yoso/runtime/version.h"
#include "yoso/util/error.h"
#include "yoso/util/path.h"
#include "yoso/util/renamed.h"
#include "yoso/util/utf8.h"

namespace yoso::apps {
namespace {

/// The exit code that the chosen subcommand's callback returned.
int exit_code = 0;

/// Keeps a line for each of several mistakes in a configuration.
std::string line_each(const std::string& message) {
  std::string lines;
  for (size_t begin = 0; begin <= message.size();) {
    const size_t end = std::min(message.find('\n', begin), message.size());
    lines += (begin > 0 ? "\n" : "") + one_line(message.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

int fail(const std::string& message, ExitCode code) {
  const bool may_be_several = code == ExitCode::usage;
  std::cerr << "error: " << (may_be_several ? line_each(message) : one_line(message)) << "\n";
  return static_cast<int>(code);
}

/// An option of version 0.1 under its present name.
struct RenamedOption {
  const char* command;
  const char* old_name;
  const char* name;
};
constexpr RenamedOption kRenamedOptions[] = {
    {"eval", "--draws", "--hash-seeds"},
    {"table", "--arena", "--lra"},
};

/// The arguments with old names of options replaced, with one warning a name. The parser itself
/// knows the present names alone, so that help and messages do.
std::vector<std::string> with_present_names(int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  const auto command = std::find_if(arguments.begin(), arguments.end(),
                                    [](const std::string& word) { return !word.starts_with("-"); });
  for (const RenamedOption& renamed : kRenamedOptions) {
    if (command == arguments.end() || *command != renamed.command) continue;
    const std::string old_name = renamed.old_name;
    for (auto argument = command; argument != arguments.end() && *argument != "--"; ++argument) {
      if (*argument != old_name && !argument->starts_with(old_name + "=")) continue;
      argument->replace(0, old_name.size(), renamed.name);
      warn_renamed(old_name, renamed.name);
    }
  }
  return arguments;
}

/// Lets every option that is a path by the name of its type begin with `~`, which a shell replaces
/// in `--output ~/runs` but not in `--output=~/runs`.
void expand_home_in_paths(CLI::App& app) {
  static const std::vector<std::string> paths = {"CONFIG", "DIR",  "FILE",        "FILES",
                                                 "FOLDER", "GOLD", "PATH",        "PATHS",
                                                 "RUN",    "RUNS", "PREDICTIONS", "KIND:PATH"};
  for (CLI::App* command : app.get_subcommands(nullptr)) expand_home_in_paths(*command);
  for (CLI::Option* option : app.get_options()) {
    const std::string type = option->get_type_name();
    if (std::find(paths.begin(), paths.end(), type) == paths.end()) continue;
    const bool has_kind = type == "KIND:PATH";
    option->transform([name = option->get_name(), has_kind](const std::string& text) {
      try {
        return has_kind ? change_path_of_kind(text, expand_home) : expand_home(text);
      } catch (const UsageError& error) {
        throw UsageError(name + ": " + error.what());
      }
    });
  }
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

std::string help_hint(const CLI::App& app) { return " (see " + app.get_name() + " --help)"; }

/// The exit code of a command after its output is flushed; an error when that fails.
int flushed(int code) {
  errno = 0;  // an earlier failure shows in the state of the stream
  const bool written = std::cout.flush() && std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  if (written || code != 0) return code;
  return fail("standard output: cannot be written" +
                  (errno != 0 ? ": " + std::generic_category().message(errno) : ""),
              ExitCode::failure);
}

}  // namespace

void describe_program(CLI::App& app, const std::string& description) {
  app.description(description);
  app.set_version_flag("--version", runtime::version_text());
  add_manual(app);
  app.require_subcommand(1);
}

CLI::App* add_command(CLI::App& app, const std::string& name, const std::string& help,
                      std::function<int()> run) {
  CLI::App* command = app.add_subcommand(name, help);
  command->final_callback([run = std::move(run)] { exit_code = run(); });
  return command;
}

int run_program(CLI::App& app, int argc, char** argv) {
  runtime::keep_large_blocks();
  try {
    expand_home_in_paths(app);
    std::vector<std::string> arguments = with_present_names(argc, argv);
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants a vector
    app.parse(std::move(arguments));
    return flushed(exit_code);
  } catch (const CLI::RequiredError& error) {
    // A mistyped subcommand remains unparsed, and the required one is missing.
    const std::vector<std::string> rest = app.remaining(true);
    if (rest.empty()) return fail(first_line(error.what()) + help_hint(app), ExitCode::usage);
    std::vector<std::string> known;
    for (const CLI::App* command : app.get_subcommands(nullptr))
      known.push_back(command->get_name());
    return fail("unknown word `" + rest.front() + "`" + config::did_you_mean(rest.front(), known) +
                    help_hint(app),
                ExitCode::usage);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return flushed(app.exit(error));  // --help, --version
    return fail(first_line(error.what()) + help_hint(app), ExitCode::usage);
  } catch (...) {
    const commands::Failure failure = commands::describe(std::current_exception());
    if (!failure.stopped) return fail(failure.message, failure.code);
    std::cerr << failure.message << "\n";
    return static_cast<int>(failure.code);
  }
}

}  // namespace yoso::apps
