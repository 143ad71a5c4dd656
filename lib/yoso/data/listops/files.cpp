#include "yoso/data/listops/files.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <system_error>

#include "yoso/util/error.h"

namespace yoso::data::listops {

namespace fs = std::filesystem;

const char* file_name(Split split) {
  switch (split) {
    case Split::train:
      return "basic_train.tsv";
    case Split::dev:
      return "basic_val.tsv";
    default:
      return "basic_test.tsv";
  }
}

std::string find_folder(const std::string& path) {
  std::error_code ignored;  // an error counts as a missing file
  if (!fs::is_directory(path, ignored)) throw DataError(path + ": no such folder");

  std::string missing;
  for (const char* below :
       {"", "lra_release/lra_release/listops-1000", "lra_release/listops-1000", "listops-1000"}) {
    const fs::path folder = *below ? fs::path(path) / below : fs::path(path);
    const auto absent = std::find_if(std::begin(kSplits), std::end(kSplits), [&](Split split) {
      return !fs::exists(folder / file_name(split), ignored);
    });
    if (absent == std::end(kSplits)) return folder.string();
    // When no folder has the whole set, the first with a part of it is reported.
    const bool partial = std::any_of(std::begin(kSplits), std::end(kSplits), [&](Split split) {
      return fs::exists(folder / file_name(split), ignored);
    });
    if (partial && missing.empty()) missing = (folder / file_name(*absent)).string();
  }
  if (!missing.empty()) throw DataError(missing + ": no such file");
  throw DataError(path +
                  ": no ListOps set here (basic_train.tsv, basic_val.tsv, basic_test.tsv), "
                  "nor in listops-1000 or lra_release below; `lra generate listops` makes one");
}

std::unique_ptr<FileSet> open_files(const std::string& path, const ArchiveProgress& progress) {
  SetRule rule;
  rule.what = "ListOps set (basic_train.tsv, basic_val.tsv, basic_test.tsv)";
  rule.find_folder = find_folder;
  return open_split_files(path, rule, file_name, progress);
}

}  // namespace yoso::data::listops
