#include "yoso/config/write.h"

namespace yoso::config {
namespace {

const Tree kUnset;

void compare(const Tree& before, const Tree& after, const std::string& path,
             std::vector<Difference>& found) {
  if (before == after) return;
  const bool sections =
      (before.is_map() || before.is_null()) && (after.is_map() || after.is_null());
  if (!sections) {
    const auto show = [](const Tree& value) {
      return value.is_null() ? std::string("unset") : to_line(value);
    };
    found.push_back({path, show(before), show(after)});
    return;
  }
  const std::string prefix = path.empty() ? "" : path + ".";
  for (const auto& [key, value] : before.entries) {
    const Tree* other = after.find(key);
    compare(value, other ? *other : kUnset, prefix + key, found);
  }
  for (const auto& [key, value] : after.entries) {
    if (!before.find(key)) compare(kUnset, value, prefix + key, found);
  }
}

}  // namespace

Tree minimal(const Tree& full, const Tree& defaults) {
  if (!full.is_map()) return full;
  Tree few = Tree::map(full.origin);
  for (const auto& [key, value] : full.entries) {
    const Tree* other = defaults.find(key);
    const bool names_itself = (key == "kind" || key == "name") && value.is_scalar();
    if (other && *other == value && !names_itself && !value.is_map()) continue;
    const bool comparable = other && other->is_map() && !differ_in_kind(value, *other);
    Tree kept = comparable ? minimal(value, *other) : value;
    if (comparable && kept.is_map() && kept.entries.empty()) continue;
    few[key] = std::move(kept);
  }
  return few;
}

std::vector<Difference> differences(const Tree& before, const Tree& after) {
  std::vector<Difference> found;
  compare(before, after, {}, found);
  return found;
}

}  // namespace yoso::config
