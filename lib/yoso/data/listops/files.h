#pragma once

#include <memory>
#include <string>

#include "yoso/data/archive/file_set.h"
#include "yoso/data/split.h"

namespace yoso::data::listops {

/// The published name of a split's file: basic_train.tsv, basic_val.tsv, basic_test.tsv.
const char* file_name(Split split);

/// The folder that holds the three files: `path` itself, or one below it as the Long Range Arena's
/// archive unpacks. The archive holds some tasks twice, outside and inside an inner `lra_release`;
/// published results use the inner one, and so do we. DataError when no folder has them all.
std::string find_folder(const std::string& path);

/// The three files, in a folder (find_folder) or packed in an archive (open_set). DataError.
std::unique_ptr<FileSet> open_files(const std::string& path,
                                    const ArchiveProgress& progress = nullptr);

}  // namespace yoso::data::listops
