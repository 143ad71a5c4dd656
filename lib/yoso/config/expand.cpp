#include "yoso/config/expand.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string_view>
#include <vector>

#include "yoso/config/read.h"
#include "yoso/config/renamed_keys.h"
#include "yoso/config/yaml.h"
#include "yoso/util/error.h"
#include "yoso/util/path.h"

namespace yoso::config {
namespace {

namespace fs = std::filesystem;

// The key that a lone word at `path` stands for: `attention: yoso` is `attention: {kind: yoso}`.
std::string key_of_word(const std::string& path) {
  const std::string layers = "attention.layers.";
  const bool layer = path.starts_with(layers) && path.find('.', layers.size()) == std::string::npos;
  if (path == "attention" || layer) return "kind";
  return path == "task" ? "name" : "";
}

// Whether the key at `path` holds a path, and never another word that may begin with `~`.
bool is_path(const std::string& path) {
  static constexpr std::string_view kPaths[] = {"experiments",     "include",
                                                "output",          "run.output",
                                                "model.init_from", "corpus.shards",
                                                "task.data",       "task.dev",
                                                "task.prepared",   "task.test",
                                                "task.train",      "corpus.tokenizer",
                                                "task.tokenizer",  "corpus.sources.input"};
  return std::find(std::begin(kPaths), std::end(kPaths), path) != std::end(kPaths);
}

std::string read_text(const fs::path& path, const std::string& where) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    throw UsageError(where + path.string() + ": is a folder, expected a YAML file");
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) throw UsageError(where + path.string() + ": " + std::strerror(errno));
  return {std::istreambuf_iterator<char>(file), {}};
}

class Expander {
 public:
  // `path` is the dotted position in the experiment that the file's keys belong to.
  Tree file(const fs::path& name, const Origin& included_from, const std::string& path) {
    const std::string where = included_from.empty() ? "" : included_from + ": include: ";
    const std::string text = read_text(name, where);
    for (const fs::path& outer : chain_) {
      std::error_code ignored;
      if (!fs::equivalent(outer, name, ignored)) continue;
      const bool direct = &outer == &chain_.back();
      throw UsageError(where + name.string() + " includes itself" +
                       (direct ? "" : " by way of " + chain_.back().string()));
    }
    chain_.push_back(name);
    Tree tree = parse_document(text, name.string());
    rename_old_keys(tree, path);
    expand(tree, path, name.parent_path());
    chain_.pop_back();
    return tree;
  }

  // Goes from the leaves up, so that every tree has its long form before it is merged.
  void expand(Tree& tree, const std::string& path, const fs::path& folder) {
    if (tree.is_scalar()) {
      from_home(tree, path);
      write_out(tree, path);
      return;
    }
    for (Tree& item : tree.items) expand(item, path, folder);
    for (auto& [key, value] : tree.entries) {
      if (key != "include") expand(value, dotted(path, key), folder);
    }
    if (tree.is_map()) follow_include(tree, path, folder);
  }

 private:
  // Here, where every value passes, and not where each one is used: some sections are read before
  // they are resolved.
  static void from_home(Tree& value, const std::string& path) {
    std::string& text = value.scalar;
    const bool has_kind = path == "tokenizer" || path.ends_with(".tokenizer");
    const size_t start = has_kind ? text.find(':') + 1 : 0;  // 0 without a colon
    if (!begins_at_home(text.substr(start)) && !is_path(path)) return;
    try {
      text = text.substr(0, start) + expand_home(text.substr(start));
    } catch (const UsageError& error) {
      throw UsageError(value.origin + ": " + path + ": " + error.what());
    }
  }

  static void write_out(Tree& word, const std::string& path) {
    const std::string key = key_of_word(path);
    if (key.empty()) return;
    Tree map = Tree::map(word.origin);
    map[key] = std::move(word);
    word = std::move(map);
  }

  void follow_include(Tree& map, const std::string& path, const fs::path& folder) {
    const auto entry = std::find_if(map.entries.begin(), map.entries.end(),
                                    [](const auto& e) { return e.first == "include"; });
    if (entry == map.entries.end()) return;
    const Tree include = std::move(entry->second);
    map.entries.erase(entry);

    Tree merged = Tree::map(map.origin);
    for (const Tree& fragment : include.is_sequence() ? include.items : std::vector{include}) {
      if (!fragment.is_scalar() || fragment.scalar.empty()) {
        throw UsageError(include.origin + ": " + dotted(path, "include") +
                         ": expected a path or a list of paths");
      }
      Tree fragment_path = fragment;
      from_home(fragment_path, dotted(path, "include"));
      const fs::path name = (folder / fragment_path.scalar).lexically_normal();
      merge(merged, file(name, fragment.origin, path));
    }
    merge(merged, map);
    map = std::move(merged);
  }

  std::vector<fs::path> chain_;  // files being read, outermost first
};

}  // namespace

Tree load_expanded(const fs::path& file) { return Expander().file(file, {}, {}); }

void expand(Tree& tree, const fs::path& folder) { Expander().expand(tree, {}, folder); }

}  // namespace yoso::config
