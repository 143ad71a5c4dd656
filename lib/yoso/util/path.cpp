#include "yoso/util/path.h"

#include <cstdlib>
#include <filesystem>

#include "yoso/util/error.h"

namespace yoso {

bool begins_at_home(const std::string& path) { return path == "~" || path.starts_with("~/"); }

std::string expand_home(const std::string& path) {
  if (!path.starts_with("~")) return path;
  if (!begins_at_home(path)) {
    const std::string user = path.substr(0, path.find('/'));
    throw UsageError(path + ": `" + user +
                     "` is not replaced by a user's home, expected the whole " + "path (or ./" +
                     user + " for a name that begins with `~`)");
  }
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home != '/')
    throw UsageError(path + ": `~` stands for HOME, which is not set to a folder here");
  return home + path.substr(1);
}

std::string absolute_path(const std::string& path) {
  if (path.empty()) return path;
  return std::filesystem::absolute(expand_home(path)).lexically_normal().string();
}

std::string change_path_of_kind(const std::string& kind_and_path,
                                std::string (*change)(const std::string& path)) {
  const size_t colon = kind_and_path.find(':');
  if (colon == std::string::npos) return kind_and_path;
  return kind_and_path.substr(0, colon + 1) + change(kind_and_path.substr(colon + 1));
}

}  // namespace yoso
