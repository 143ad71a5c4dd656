#pragma once

#include <string>

#include "yoso/config/tree.h"

namespace yoso::config {

/// Replaces keys that had another name in an earlier version by their present names, with one
/// warning a process and key, which names the first place. `path` is the dotted position of the
/// tree in the experiment (empty: the whole of it). UsageError where a map has a key under both
/// names.
void rename_old_keys(Tree& tree, const std::string& path);

/// A dotted key under its present name: `train.length_pool` → `train.bucket_batches`.
std::string present_key(const std::string& key);

}  // namespace yoso::config
