#include "yoso/config/renamed_keys.h"

#include <array>

#include "yoso/util/error.h"
#include "yoso/util/renamed.h"

namespace yoso::config {
namespace {

/// A key of version 0.1 and its present name. `section` is the section that it belongs to;
/// `attention` means the options of any layer.
struct RenamedKey {
  const char* section;
  const char* old_name;
  const char* name;
};

constexpr std::array kRenamed = {
    RenamedKey{"attention", "redraw_every", "resample_every"},
    RenamedKey{"train", "length_pool", "bucket_batches"},
    RenamedKey{"train", "recompute", "activation_checkpointing"},
};

bool stands_in(const std::string& path, const std::string& section) {
  return path == section || (section == "attention" && path.starts_with("attention."));
}

void rename_entries(Tree& map, const std::string& path) {
  for (const RenamedKey& renamed : kRenamed) {
    if (!stands_in(path, renamed.section)) continue;
    const Tree* old_value = map.find(renamed.old_name);
    if (old_value == nullptr) continue;
    const Origin origin = old_value->origin;
    if (map.find(renamed.name) != nullptr) {
      throw UsageError((origin.empty() ? "" : origin + ": ") + dotted(path, renamed.old_name) +
                       ": is the old name of " + renamed.name + ", which is given too");
    }
    for (auto& [name, value] : map.entries) {
      if (name == renamed.old_name) name = renamed.name;
    }
    warn_renamed(std::string(renamed.section) + "." + renamed.old_name,
                 std::string(renamed.section) + "." + renamed.name, origin);
  }
}

}  // namespace

void rename_old_keys(Tree& tree, const std::string& path) {
  for (Tree& item : tree.items) rename_old_keys(item, path);
  if (!tree.is_map()) return;
  rename_entries(tree, path);
  for (auto& [key, value] : tree.entries) rename_old_keys(value, dotted(path, key));
}

std::string present_key(const std::string& key) {
  const size_t dot = key.rfind('.');
  if (dot == std::string::npos) return key;
  const std::string path = key.substr(0, dot), name = key.substr(dot + 1);
  for (const RenamedKey& renamed : kRenamed) {
    if (name == renamed.old_name && stands_in(path, renamed.section))
      return dotted(path, renamed.name);
  }
  return key;
}

}  // namespace yoso::config
