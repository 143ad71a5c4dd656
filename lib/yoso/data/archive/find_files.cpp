#include "yoso/data/archive/find_files.h"

#include <glob.h>

#include <algorithm>
#include <filesystem>

#include "yoso/data/archive/hidden.h"
#include "yoso/util/error.h"

namespace yoso::data {

namespace fs = std::filesystem;

namespace {

void add_folder(const fs::path& folder, std::vector<InputFile>& files, int64_t& hidden) {
  for (auto entry = fs::recursive_directory_iterator(folder); entry != fs::end(entry); ++entry) {
    if (is_hidden(entry->path().filename().string())) {
      ++hidden;
      entry.disable_recursion_pending();
    } else if (entry->is_regular_file()) {
      files.push_back({entry->path().string(), static_cast<int64_t>(entry->file_size())});
    }
  }
}

void add(const std::string& path, std::vector<InputFile>& files, int64_t& hidden) {
  if (fs::is_directory(path)) return add_folder(path, files, hidden);
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

std::vector<InputFile> find_files(const std::string& input, int64_t* left_out) {
  std::vector<InputFile> files;
  int64_t hidden = 0;
  try {
    if (fs::exists(input)) {
      add(input, files, hidden);
    } else {
      const std::vector<std::string> paths = matches(input);
      if (paths.empty()) throw DataError(input + ": no such file or folder");
      for (const std::string& path : paths) add(path, files, hidden);
    }
  } catch (const fs::filesystem_error& error) {
    throw DataError(error.path1().string() + ": cannot be read: " + error.code().message());
  }
  if (files.empty()) throw DataError(input + ": no files in this folder");
  std::sort(files.begin(), files.end(),
            [](const InputFile& a, const InputFile& b) { return a.path < b.path; });
  if (left_out != nullptr) *left_out = hidden;
  return files;
}

}  // namespace yoso::data
