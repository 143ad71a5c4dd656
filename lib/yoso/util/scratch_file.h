#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "yoso/util/file.h"

namespace yoso {

/// Bytes kept on the disk instead of in memory: a file without a name in the folder for temporary
/// files ($TMPDIR, else /tmp), deleted with the object and its mappings.
class ScratchFile {
 public:
  /// SystemError, here and below: `FOLDER: cannot be written: REASON`.
  ScratchFile();
  ~ScratchFile();
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  void write(std::string_view bytes);
  uint64_t size() const { return size_; }  // bytes written so far

  /// What is written so far.
  MappedFile map() const;

 private:
  [[noreturn]] void fail(int error) const;

  std::string folder_;
  int fd_ = -1;
  uint64_t size_ = 0;
};

}  // namespace yoso
