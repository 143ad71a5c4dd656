#pragma once

#include <string>
#include <vector>

#include "yoso/config/fields.h"
#include "yoso/config/tree.h"

namespace yoso::config {

/// The fields as a tree, every key present, in the order of the field list; a sub-tree that is null
/// is left out. Numbers have the shortest text that reads back to the same value.
Tree write_fields(const std::function<void(FieldVisitor&)>& fields);

template <class Struct>
Tree write(Struct value) {
  return write_fields([&value](FieldVisitor& visitor) { value.fields(visitor); });
}

/// Only the entries of `full` that differ from `defaults`; the type of a map (`kind`, `name`)
/// always stays, so that the rest keeps its meaning. Merging the result over `defaults` gives
/// `full` back when both have the same keys.
Tree minimal(const Tree& full, const Tree& defaults);

/// YAML text that `parse` reads back to an equal map; ends in a newline.
std::string to_yaml(const Tree& tree);

/// The same on one line and without the newline: `[1, 2]`, `{kind: yoso, hashes: 16}`.
std::string to_line(const Tree& tree);

/// One difference between two resolved configurations, as text; a key that one of them lacks is
/// "unset" there.
struct Difference {
  std::string key;  // dotted
  std::string before;
  std::string after;
};
/// All differences between two resolved configurations, in the order of their keys.
std::vector<Difference> differences(const Tree& before, const Tree& after);

/// One field for help and documentation: dotted key, default, range or choices, help.
struct FieldDoc {
  std::string key, value, allowed, help;
  OnResume on_resume;
};
std::vector<FieldDoc> document_fields(const std::function<void(FieldVisitor&)>& fields);

}  // namespace yoso::config
