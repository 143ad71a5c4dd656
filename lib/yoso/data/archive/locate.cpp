#include "yoso/data/archive/locate.h"

#include <algorithm>
#include <vector>

#include "yoso/data/archive/hidden.h"
#include "yoso/data/archive/input_stream.h"
#include "yoso/util/error.h"

namespace yoso::data {

namespace fs = std::filesystem;

std::optional<std::string> find_below(const std::string& path,
                                      std::initializer_list<const char*> below,
                                      const std::function<bool(const fs::path&)>& holds) {
  for (const char* name : below) {
    const fs::path folder = *name ? fs::path(path) / name : fs::path(path);
    if (holds(folder)) return folder.string();
  }
  return std::nullopt;
}

std::string find_source(const std::string& path, const std::string& folder,
                        const std::string& archive, const std::string& what,
                        const std::function<bool(const fs::path&)>& holds) {
  std::error_code ignored;
  if (fs::is_regular_file(path, ignored)) {
    if (is_archive_name(path)) return path;
    throw DataError(path + ": is no archive (expected a folder or " + archive + ")");
  }
  if (!fs::is_directory(path, ignored)) throw DataError(path + ": no such folder or archive");
  if (const auto found = find_below(path, {"", folder.c_str()}, holds)) return *found;
  const std::string packed = path + "/" + archive;
  if (fs::is_regular_file(packed, ignored)) return packed;
  throw DataError(path + ": no " + what + ", nor in " + folder + " or " + archive + " below");
}

std::vector<std::string> sorted_entries(
    const std::string& folder, const std::function<bool(const fs::directory_entry&)>& wanted) {
  std::vector<std::string> names;
  try {
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
      std::string name = entry.path().filename().string();
      if (!is_hidden(name) && wanted(entry)) names.push_back(std::move(name));
    }
  } catch (const fs::filesystem_error& error) {
    throw DataError(folder + ": cannot be read: " + error.code().message());
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool is_archive_name(const std::string& path) {
  for (const char* end : {".tar", ".gz", ".tgz", ".tar.xz", ".tar.bz2", ".tar.zst", ".zip"}) {
    if (path.ends_with(end)) return true;
  }
  return false;
}

void read_archive(const std::string& path, const std::function<bool(const std::string&)>& wanted,
                  const std::function<void(const std::string&, const std::string&)>& visit) {
  InputStream stream(path);
  std::string content;
  while (stream.next_text()) {
    // PATH(NAME), as the stream calls it.
    const std::string& shown = stream.name();
    if (shown.size() < path.size() + 2) continue;
    const std::string name = shown.substr(path.size() + 1, shown.size() - path.size() - 2);
    if (is_hidden(name) || !wanted(name)) continue;
    content.clear();
    for (auto block = stream.read(); !block.empty(); block = stream.read()) content += block;
    visit(name, content);
  }
}

}  // namespace yoso::data
