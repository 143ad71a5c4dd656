#pragma once

#include <string>

#include "yoso/config/tree.h"

namespace yoso::config {

/// Replaces keys that had another name in an earlier version by their present names, and warns once
/// per process and key. `path` is the dotted position of the tree in the experiment (empty: the
/// whole of it). UsageError where a map has a key under both names.
void rename_old_keys(Tree& tree, const std::string& path);

}  // namespace yoso::config
