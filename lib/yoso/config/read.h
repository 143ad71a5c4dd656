#pragma once

#include <string>
#include <vector>

#include "yoso/config/fields.h"
#include "yoso/config/tree.h"

namespace yoso::config {

/// Reads an experiment: a YAML file with its includes, then the overrides `a.b=value` merged over
/// it (value is YAML: numbers, quoted text, `[1, 2]`, `{kind: yoso}`). Does not interpret any
/// value.
///
/// `include: PATH` or `include: [PATH, ...]`, at the top or in any section, names fragments
/// relative to the including file. Later fragments win over earlier ones and the map's own keys
/// over all of them, wherever `include` stands in it. Overrides are merged with one another first,
/// the later one winning, so that their order never lets one of them undo another. `merge` defines
/// how maps are merged.
///
/// Three short forms are written out before merging, so that the long form can be merged in:
///
///     attention: yoso              → attention: {kind: yoso}
///     attention.layers: {0: yoso}  → attention.layers: {0: {kind: yoso}}
///     task: listops                → task: {name: listops}
///
/// UsageError with file and line (or the override) for: a missing or unreadable file, fragments
/// that include each other, whatever `parse` refuses, an override without `=` or with a key that
/// leads through a plain value.
Tree load(const std::string& path, const std::vector<std::string>& overrides = {});

/// Applies overrides to a tree as `load` does.
void override_keys(Tree& tree, const std::vector<std::string>& overrides);

/// Parses YAML text; `name` is the file's name in messages. Empty text is an empty map. UsageError
/// with file and line for broken YAML, duplicate keys, `<<`, anchors, tags, a second document,
/// anything but a map at the top, bytes that are not UTF-8, control characters.
Tree parse(const std::string& text, const std::string& name);

/// Sets `a.b.c` within `tree` to `value` by the rules of `merge`; missing maps are created.
/// `value.origin` is the cause in messages ("--seed"). UsageError when the path leads through
/// something that is no map.
void set(Tree& tree, const std::string& key, const Tree& value);

/// Fills the fields from a map. All problems of one tree (unknown keys with the closest known one,
/// wrong types, values out of range) are collected and thrown as one UsageError, a line each:
/// `file:line: section.key: what is wrong, what was expected`.
///
/// A missing key leaves its field unchanged, and so does a null section; any other key without a
/// value is a problem. Integers are decimal (`900_000` and `1e4` are read, `010` is refused), bools
/// are `true` and `false`, and a quoted value is text. `path` is the dotted prefix of this tree
/// within the experiment ("model"; empty at the top).
void read_fields(const Tree& tree, const std::function<void(FieldVisitor&)>& fields,
                 const std::string& path);

template <class Struct>
void read(const Tree& tree, Struct& into, const std::string& path = {}) {
  read_fields(
      tree, [&into](FieldVisitor& visitor) { into.fields(visitor); }, path);
}

/// UsageError for a word that is given as `option` and is none of the choices.
[[noreturn]] void refuse_choice(const std::string& word, const std::string& option,
                                const Choices& choices);

/// The enum value that a command line gives as `option` ("--precision"). UsageError with the
/// choices for any other word.
template <NamedEnum Enum>
Enum read_choice(const std::string& word, const std::string& option) {
  if (const auto value = parse_name<Enum>(word)) return *value;
  const auto names = names_of(Enum{});
  refuse_choice(word, option, Choices(names.begin(), names.end()));
}

/// The name in `known` closest to `word`, as " (did you mean `x`?)"; empty when none is close.
std::string did_you_mean(const std::string& word, const std::vector<std::string>& known);

}  // namespace yoso::config
