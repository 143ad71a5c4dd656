#pragma once

#include <string>

#include "yoso/data/split.h"

namespace yoso::data::listops {

/// The published name of a split's file: basic_train.tsv, basic_val.tsv, basic_test.tsv.
const char* file_name(Split split);

/// The folder that holds the three files: `path` itself, or one below it as the Long Range Arena's
/// archive unpacks. The archive holds some tasks twice, outside and inside an inner `lra_release`;
/// published results use the inner one, and so do we. DataError when no folder has them all.
std::string find_folder(const std::string& path);

}  // namespace yoso::data::listops
