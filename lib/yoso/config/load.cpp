#include <algorithm>

#include "yoso/config/expand.h"
#include "yoso/config/read.h"
#include "yoso/config/renamed_keys.h"
#include "yoso/config/yaml.h"
#include "yoso/util/error.h"

namespace yoso::config {
namespace {

// `a.b.c` as its three names.
std::vector<std::string> split(const std::string& key, const Origin& origin) {
  std::vector<std::string> names;
  for (size_t start = 0; start <= key.size();) {
    const size_t dot = std::min(key.find('.', start), key.size());
    names.push_back(key.substr(start, dot - start));
    if (names.back().empty()) {
      throw UsageError(origin + ": `" + key + "` is no key, expected one such as `train.lr`");
    }
    start = dot + 1;
  }
  return names;
}

// `a.b.c` and a value as the map {a: {b: {c: value}}}, short forms written out.
Tree nest(const std::string& key, Tree value) {
  const Origin origin = value.origin;
  const std::vector<std::string> names = split(key, origin);
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    Tree map = Tree::map(origin);
    map[*name] = std::move(value);
    value = std::move(map);
  }
  rename_old_keys(value, {});
  expand(value, {});
  return value;
}

// Refuses a key that leads through a value of `tree`: merging would replace the value by a section.
void check_path(const Tree& tree, const std::string& key, const Origin& origin) {
  const Tree* at = &tree;
  std::string path;
  for (const std::string& name : split(key, origin)) {
    if (at->is_scalar() || at->is_sequence()) {
      throw UsageError(origin + ": " + path + " is a " + (at->is_scalar() ? "value" : "list") +
                       (at->origin.empty() ? "" : " (" + at->origin + ")") + ", not a section");
    }
    at = at->find(name);
    if (!at) return;
    path += (path.empty() ? "" : ".") + name;
  }
}

}  // namespace

void set(Tree& tree, const std::string& key, const Tree& value) {
  check_path(tree, key, value.origin);
  merge(tree, nest(key, value));
}

void override_keys(Tree& tree, const std::vector<std::string>& overrides) {
  Tree changes = Tree::map();
  for (const std::string& text : overrides) {
    const Origin origin = "--set " + text;
    const size_t equals = text.find('=');
    if (equals == std::string::npos) {
      throw UsageError(origin + ": expected KEY=VALUE, such as train.lr=0.001");
    }
    const std::string key = text.substr(0, equals);
    check_path(tree, key, origin);
    Tree value = parse_yaml(text.substr(equals + 1), {origin, false});
    value.origin = origin;
    set(changes, key, value);
  }
  merge(tree, changes);
}

Tree load(const std::string& path, const std::vector<std::string>& overrides) {
  Tree tree = load_expanded(path);
  if (tree.entries.empty()) throw UsageError(path + ": the file is empty, expected an experiment");
  override_keys(tree, overrides);
  return tree;
}

}  // namespace yoso::config
