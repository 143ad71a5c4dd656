#include "yoso/config/tree.h"

#include <algorithm>

namespace yoso::config {

Tree Tree::map(Origin origin) {
  Tree tree;
  tree.kind = Kind::map;
  tree.origin = std::move(origin);
  return tree;
}

Tree Tree::text(std::string value, Origin origin) {
  Tree tree;
  tree.kind = Kind::scalar;
  tree.scalar = std::move(value);
  tree.origin = std::move(origin);
  return tree;
}

const Tree* Tree::find(std::string_view key) const {
  auto entry = std::find_if(entries.begin(), entries.end(), [&](const auto& e) { return e.first == key; });
  return entry == entries.end() ? nullptr : &entry->second;
}

Tree* Tree::find(std::string_view key) {
  return const_cast<Tree*>(static_cast<const Tree*>(this)->find(key));
}

Tree& Tree::operator[](std::string_view key) {
  if (is_null()) kind = Kind::map;
  if (Tree* entry = find(key)) return *entry;
  return entries.emplace_back(std::string(key), Tree{}).second;
}

bool Tree::operator==(const Tree& other) const {
  return kind == other.kind && scalar == other.scalar && items == other.items && entries == other.entries;
}

void merge(Tree& base, const Tree& later) {
  if (!base.is_map() || !later.is_map()) {
    base = later;
    return;
  }
  for (const auto& [key, value] : later.entries) merge(base[key], value);
}

}  // namespace yoso::config
