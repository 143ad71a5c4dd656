#pragma once

#include <string>

/// Paths as users write them. A shell replaces `~` at the start of a word alone: not in a YAML file,
/// not in `--output=~/runs`, not in `--set run.output=~/runs`.
namespace yoso {

/// Whether `path` is `~` or begins with `~/`.
bool begins_at_home(const std::string& path);

/// `~` and `~/...` with the value of HOME in place of `~`; any other path unchanged. UsageError
/// `PATH: ...` for `~NAME`, another user's home, and where HOME is not set.
std::string expand_home(const std::string& path);

/// The path from the root, `~` expanded, without `.`, `..` and doubled slashes. An empty path stays
/// empty. UsageError as expand_home.
std::string absolute_path(const std::string& path);

/// `KIND:PATH` with `change` applied to PATH. Unchanged without a colon.
std::string change_path_of_kind(const std::string& kind_and_path,
                                std::string (*change)(const std::string& path));

}  // namespace yoso
