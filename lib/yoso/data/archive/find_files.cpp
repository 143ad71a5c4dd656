#include "yoso/data/archive/find_files.h"

#include <glob.h>

#include <algorithm>
#include <filesystem>

#include "yoso/util/error.h"

namespace yoso::data {

namespace fs = std::filesystem;

namespace {

bool hidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

void add_folder(const fs::path& folder, std::vector<InputFile>& files) {
  for (auto entry = fs::recursive_directory_iterator(folder); entry != fs::end(entry); ++entry) {
    if (hidden(entry->path())) {
      entry.disable_recursion_pending();
    } else if (entry->is_regular_file()) {
      files.push_back({entry->path().string(), static_cast<int64_t>(entry->file_size())});
    }
  }
}

void add(const std::string& path, std::vector<InputFile>& files) {
  if (fs::is_directory(path)) return add_folder(path, files);
  if (!fs::is_regular_file(path)) throw DataError(path + ": no file to read");
  files.push_back({path, static_cast<int64_t>(fs::file_size(path))});
}

std::vector<std::string> matches(const std::string& pattern) {
  glob_t found{};
  const int result = ::glob(pattern.c_str(), 0, nullptr, &found);
  std::vector<std::string> paths;
  if (result == 0) paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  ::globfree(&found);
  return paths;
}

}  // namespace

std::vector<InputFile> find_files(const std::string& input) {
  std::vector<InputFile> files;
  try {
    if (fs::exists(input)) {
      add(input, files);
    } else {
      const std::vector<std::string> paths = matches(input);
      if (paths.empty()) throw DataError(input + ": no such file or folder");
      for (const std::string& path : paths) add(path, files);
    }
  } catch (const fs::filesystem_error& error) {
    throw DataError(error.path1().string() + ": cannot be read: " + error.code().message());
  }
  if (files.empty()) throw DataError(input + ": no files in this folder");
  std::sort(files.begin(), files.end(),
            [](const InputFile& a, const InputFile& b) { return a.path < b.path; });
  return files;
}

}  // namespace yoso::data
