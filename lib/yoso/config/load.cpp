#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "yoso/config/read.h"
#include "yoso/config/yaml.h"
#include "yoso/util/error.h"

namespace yoso::config {
namespace {

namespace fs = std::filesystem;

// Files being read, outermost first: the chain of includes.
using Chain = std::vector<fs::path>;

std::string join(const std::string& path, const std::string& key) {
  return path.empty() ? key : path + "." + key;
}

// The key that a lone word at `path` stands for: `attention: yoso` is `attention: {kind: yoso}`.
std::string key_of_word(const std::string& path) {
  const std::string layers = "attention.layers.";
  if (path == "attention" || path.compare(0, layers.size(), layers) == 0) return "kind";
  return path == "task" ? "name" : "";
}

std::string read_file(const fs::path& path, const Origin& included_from) {
  const std::string where = included_from.empty() ? "" : included_from + ": include: ";
  std::error_code ignored;
  if (fs::is_directory(path, ignored))
    throw UsageError(where + path.string() + ": is a folder, expected a YAML file");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) throw UsageError(where + path.string() + ": " + std::strerror(errno));
  return {std::istreambuf_iterator<char>(file), {}};
}

void expand(Tree& tree, const std::string& path, const fs::path& folder, Chain& chain);

Tree load_file(const fs::path& file, const Origin& included_from, const std::string& path,
               Chain& chain) {
  const std::string text = read_file(file, included_from);
  std::error_code ignored;
  const fs::path real = fs::weakly_canonical(file, ignored);
  if (std::find(chain.begin(), chain.end(), real) != chain.end()) {
    throw UsageError(included_from + ": include: " + file.string() + " includes itself" +
                     (chain.back() == real ? "" : " by way of " + chain.back().string()));
  }
  chain.push_back(real);
  Tree tree = parse(text, file.string());
  expand(tree, path, file.parent_path(), chain);
  chain.pop_back();
  return tree;
}

// Replaces the `include` of a map by what it names, below the map's own keys.
void expand_include(Tree& map, const std::string& path, const fs::path& folder, Chain& chain) {
  const auto entry = std::find_if(map.entries.begin(), map.entries.end(),
                                  [](const auto& e) { return e.first == "include"; });
  if (entry == map.entries.end()) return;
  const Tree include = std::move(entry->second);
  map.entries.erase(entry);

  const std::vector<Tree> files =
      include.is_sequence() ? include.items : std::vector<Tree>{include};
  Tree base = Tree::map(map.origin);
  for (const Tree& file : files) {
    if (!file.is_scalar() || file.scalar.empty()) {
      throw UsageError(include.origin + ": " + join(path, "include") +
                       ": expected a path or a list of paths");
    }
    merge(base, load_file((folder / file.scalar).lexically_normal(), file.origin, path, chain));
  }
  merge(base, map);
  map = std::move(base);
}

// Writes short forms out and follows includes, from the leaves up.
void expand(Tree& tree, const std::string& path, const fs::path& folder, Chain& chain) {
  if (tree.is_scalar()) {
    const std::string key = key_of_word(path);
    if (key.empty()) return;
    Tree map = Tree::map(tree.origin);
    map[key] = tree;
    tree = std::move(map);
    return;
  }
  for (Tree& item : tree.items) expand(item, path, folder, chain);
  for (auto& [key, value] : tree.entries) {
    if (key != "include") expand(value, join(path, key), folder, chain);
  }
  if (tree.is_map()) expand_include(tree, path, folder, chain);
}

// `a.b.c` and a value as the map {a: {b: {c: value}}}.
Tree nest(const std::string& key, const Tree& value) {
  const size_t dot = key.find('.');
  const std::string first = key.substr(0, dot);
  if (first.empty())
    throw UsageError(value.origin + ": expected a key such as `train.lr` before `=`");
  Tree map = Tree::map(value.origin);
  map[first] = dot == std::string::npos ? value : nest(key.substr(dot + 1), value);
  return map;
}

void check_path(const Tree& tree, const std::string& key, const Origin& origin) {
  const Tree* at = &tree;
  for (size_t dot = key.find('.'); dot != std::string::npos; dot = key.find('.', dot + 1)) {
    const size_t start = key.rfind('.', dot - 1);
    const size_t from = start == std::string::npos || start >= dot ? 0 : start + 1;
    at = at->find(key.substr(from, dot - from));
    if (!at) return;
    if (at->is_scalar() || at->is_sequence()) {
      throw UsageError(origin + ": " + key.substr(0, dot) + " is a " +
                       (at->is_scalar() ? "value" : "list") + ", not a section" +
                       (at->origin.empty() ? "" : " (" + at->origin + ")"));
    }
  }
}

struct Override {
  std::string key;
  Tree tree;  // nested, short forms written out
};

Override parse_override(const std::string& text) {
  const Origin origin = "--set " + text;
  const size_t equals = text.find('=');
  if (equals == std::string::npos)
    throw UsageError(origin + ": expected KEY=VALUE, such as train.lr=0.001");
  Override result{text.substr(0, equals), {}};
  Tree value = parse_yaml(text.substr(equals + 1), {origin, false});
  if (value.is_null()) value.origin = origin;
  result.tree = nest(result.key, value);
  Chain chain;
  expand(result.tree, "", "", chain);
  return result;
}

}  // namespace

void set(Tree& tree, const std::string& key, const Tree& value) {
  check_path(tree, key, value.origin);
  Tree nested = nest(key, value);
  Chain chain;
  expand(nested, "", "", chain);
  merge(tree, nested);
}

Tree load(const std::string& path, const std::vector<std::string>& overrides) {
  Chain chain;
  Tree tree = load_file(path, {}, "", chain);
  if (tree.entries.empty()) throw UsageError(path + ": the file is empty, expected an experiment");
  Tree changes = Tree::map();
  for (const std::string& text : overrides) {
    const Override change = parse_override(text);
    check_path(changes, change.key, "--set " + text);
    check_path(tree, change.key, "--set " + text);
    merge(changes, change.tree);
  }
  merge(tree, changes);
  return tree;
}

}  // namespace yoso::config
