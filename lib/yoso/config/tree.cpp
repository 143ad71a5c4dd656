#include "yoso/config/tree.h"

#include <algorithm>
#include <optional>

namespace yoso::config {
namespace {

// The type that a map names: the word behind `kind` or `name`, or "layers:" for a list or map of
// `layers`. (`layers: 2` is a number of layers.)
std::optional<std::string> identity(const Tree& map) {
  for (const char* key : {"kind", "name"}) {
    const Tree* word = map.find(key);
    if (word && word->is_scalar()) return word->scalar;
  }
  const Tree* layers = map.find("layers");
  if (layers && (layers->is_map() || layers->is_sequence())) return "layers:";
  return std::nullopt;
}

bool names_all(const Tree& base, const Tree& later) {
  return std::all_of(later.entries.begin(), later.entries.end(),
                     [&](const auto& entry) { return base.find(entry.first); });
}

}  // namespace

Tree::Tree() = default;
Tree::Tree(const Tree&) = default;
Tree::Tree(Tree&&) noexcept = default;
Tree& Tree::operator=(const Tree&) = default;
Tree& Tree::operator=(Tree&&) noexcept = default;
Tree::~Tree() = default;

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
  auto entry =
      std::find_if(entries.begin(), entries.end(), [&](const auto& e) { return e.first == key; });
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
  return kind == other.kind && scalar == other.scalar && items == other.items &&
         entries == other.entries;
}

bool differ_in_kind(const Tree& a, const Tree& b) {
  const auto one = identity(a), other = identity(b);
  return one && other && *one != *other;
}

std::string dotted(const std::string& path, const std::string& key) {
  return path.empty() ? key : path + "." + key;
}

void merge(Tree& base, const Tree& later) {
  if (base.is_map() && later.is_null()) return;
  if (!base.is_map() || !later.is_map() || differ_in_kind(base, later)) {
    base = later;
    return;
  }
  for (const auto& [key, value] : later.entries) {
    Tree& entry = base[key];
    if (key == "layers" && entry.is_map() && !names_all(entry, value)) {
      entry = value;
    } else {
      merge(entry, value);
    }
  }
}

}  // namespace yoso::config
