#pragma once

#include <filesystem>
#include <string>

#include "yoso/config/tree.h"

namespace yoso::config {

/// Reads a file and replaces its includes and short forms, as `load` documents.
Tree load_expanded(const std::filesystem::path& file);

/// The same for a tree at hand; `folder` is what its includes are relative to.
void expand(Tree& tree, const std::filesystem::path& folder);

}  // namespace yoso::config
