#pragma once

#include <string>

namespace yoso {

/// A folder held by one process for the life of the object, by an flock on the file `lock` in it.
class FolderLock {
 public:
  /// The folder must exist. UsageError when another process holds it; SystemError when it cannot be
  /// written.
  explicit FolderLock(const std::string& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int fd_;
};

}  // namespace yoso
