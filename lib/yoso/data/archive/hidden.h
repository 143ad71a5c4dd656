#pragma once

#include <string_view>

namespace yoso::data {

/// Whether a name or relative path leads to something that its owner did not put there as data: a
/// part of it begins with a dot (.DS_Store, ._1.txt, .ipynb_checkpoints/), or is __MACOSX. Such
/// files are skipped wherever the files of a folder or an archive are collected.
inline bool is_hidden(std::string_view path) {
  while (!path.empty()) {
    const size_t end = path.find('/');
    const std::string_view part = path.substr(0, end);
    if (part == "__MACOSX") return true;
    if (part.starts_with('.') && part != "." && part != "..") return true;
    if (end == std::string_view::npos) break;
    path.remove_prefix(end + 1);
  }
  return false;
}

}  // namespace yoso::data
