#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace yoso::config {

/// Where a value was written, for error messages: "FILE:LINE", "--set a.b=1", or empty for a
/// default.
using Origin = std::string;

/// A configuration as written: scalars stay text until a field list reads them. Maps keep their
/// order. Does not depend on the YAML library, so that any layer may hold one.
struct Tree {
  enum class Kind { null, scalar, sequence, map };

  Kind kind = Kind::null;
  std::string scalar;
  bool quoted = false;  // a quoted scalar is text and never a number, a bool or `auto`
  std::vector<Tree> items;
  std::vector<std::pair<std::string, Tree>> entries;
  Origin origin;

  // Defined in tree.cpp, where an entry (a pair that holds a Tree) is complete, as clang requires.
  Tree();
  Tree(const Tree&);
  Tree(Tree&&) noexcept;
  Tree& operator=(const Tree&);
  Tree& operator=(Tree&&) noexcept;
  ~Tree();

  static Tree map(Origin origin = {});
  static Tree text(std::string value, Origin origin = {});

  bool is_null() const { return kind == Kind::null; }
  bool is_scalar() const { return kind == Kind::scalar; }
  bool is_sequence() const { return kind == Kind::sequence; }
  bool is_map() const { return kind == Kind::map; }

  /// The entry of a map, or nullptr when there is none (or this is no map).
  const Tree* find(std::string_view key) const;
  Tree* find(std::string_view key);

  /// The entry of a map, added at the end when missing. A null tree becomes a map.
  Tree& operator[](std::string_view key);

  /// Structure and text equal; origins are not compared.
  bool operator==(const Tree& other) const;
};

/// The dotted name of an entry: `path.key`, or the key alone at the top.
std::string dotted(const std::string& path, const std::string& key);

/// Deep merge: maps are merged key by key, anything else is replaced by `later`. Three exceptions
/// keep what a person means by changing one line:
///
/// - A null `later` (a section with all its keys commented out) changes nothing in a map.
/// - A map that names its type (by `kind`, by `name`, or by a list or map of `layers`) replaces a
///   map of another type, because the other keys of that one are options of its type.
/// - A map `layers` that names a range which the base does not name replaces the base's, as ranges
///   must not overlap.
void merge(Tree& base, const Tree& later);

/// Whether both maps name their type and the types differ (`kind: yoso` and `kind: softmax`).
bool differ_in_kind(const Tree& a, const Tree& b);

}  // namespace yoso::config
