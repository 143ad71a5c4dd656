#include "yoso/config/expand.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <vector>

#include "yoso/config/read.h"
#include "yoso/config/renamed_keys.h"
#include "yoso/config/yaml.h"
#include "yoso/util/error.h"

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
      const fs::path name = (folder / fragment.scalar).lexically_normal();
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
