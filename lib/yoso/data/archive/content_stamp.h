#pragma once

#include <optional>
#include <string>
#include <vector>

#include "yoso/data/archive/find_files.h"

/// Whether files are still those that something was made from: quick by their times, certain by
/// their contents.
namespace yoso::data {

/// A checksum of the files' paths, sizes and times of last change. Equal: nothing was touched.
std::string times_checksum(const std::vector<InputFile>& files);

/// A checksum of the files' contents in this order; reads every byte on up to `threads` threads (0:
/// all cores). Nothing when a signal asked to stop. DataError when a file cannot be read.
std::optional<std::string> content_checksum(const std::vector<InputFile>& files, int threads);

}  // namespace yoso::data
