#pragma once

#include <filesystem>
#include <string>

#include "yoso/config/tree.h"

namespace yoso::config {

/// Reads a file and replaces its includes and short forms, as `load` documents. A value `~` (quoted:
/// alone it is YAML's null) or `~/...`, and the path of a `tokenizer`, begin at HOME instead.
/// UsageError with file and line for `~NAME` as a path.
Tree load_expanded(const std::filesystem::path& file);

/// The same for a tree in memory; its includes are relative to `folder`.
void expand(Tree& tree, const std::filesystem::path& folder);

}  // namespace yoso::config
