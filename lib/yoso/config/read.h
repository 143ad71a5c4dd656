#pragma once

#include <string>
#include <vector>

#include "yoso/config/fields.h"
#include "yoso/config/tree.h"

namespace yoso::config {

/// Reads a YAML file with its `include:`s (relative to the including file; later keys win), then applies
/// overrides `a.b=value` in order. Duplicate keys, `<<` and broken YAML are UsageErrors with file and line, as is a
/// missing file. Never interprets a value.
Tree load(const std::string& path, const std::vector<std::string>& overrides = {});

/// YAML text to a tree; `name` stands for the file in messages.
Tree parse(const std::string& text, const std::string& name);

/// Fills the fields from a map. All problems of one tree (unknown keys with the nearest known one, wrong types,
/// values out of range) are collected and thrown as one UsageError, a line each:
/// `file:line: section.key: what is wrong, what was expected`.
/// `path` is the dotted prefix of this tree within the experiment ("model"; empty at the top).
void read_fields(const Tree& tree, const std::function<void(FieldVisitor&)>& fields, const std::string& path);

template <class Struct>
void read(const Tree& tree, Struct& into, const std::string& path = {}) {
  read_fields(tree, [&into](FieldVisitor& visitor) { into.fields(visitor); }, path);
}

/// The name in `known` nearest to `word`, as " (did you mean `x`?)"; empty when none is near.
std::string did_you_mean(const std::string& word, const std::vector<std::string>& known);

}  // namespace yoso::config
