#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace yoso::data {

struct InputFile {
  std::string path;
  int64_t size = 0;  // bytes on the disk
};

/// The files that `input` names, sorted by path: a file, all files below a folder except hidden
/// ones (is_hidden), or those that match a pattern with * ? [ ]. `left_out`: how many hidden files
/// and folders there were. DataError when there is no file or a folder cannot be read.
std::vector<InputFile> find_files(const std::string& input, int64_t* left_out = nullptr);

}  // namespace yoso::data
