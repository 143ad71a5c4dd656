#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <string>

#include "support/temp_folder.h"
#include "yoso/util/file.h"
#include "yoso/util/log.h"

namespace yoso::testing {

/// A log whose lines can be read back.
class LogCapture {
 public:
  LogCapture() : log({.quiet = false, .fd = fd_, .terminal = false}) {}
  ~LogCapture() { ::close(fd_); }
  LogCapture(const LogCapture&) = delete;
  LogCapture& operator=(const LogCapture&) = delete;

  /// Everything logged so far.
  std::string text() const { return read_file(path_); }

 private:
  TempFolder folder_;
  std::string path_ = folder_.path("log");
  int fd_ = ::open(path_.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);

 public:
  Log log;
};

}  // namespace yoso::testing
