#pragma once

#include <string>
#include <utility>

#include "yoso/util/error.h"

namespace yoso {

/// Another process holds the folder.
class InUseError : public UsageError {
 public:
  using UsageError::UsageError;
};

/// flock(2), which tests replace.
extern int (*flock_call)(int fd, int operation);

/// A folder held by one process for the life of the object, by an flock on the file `lock` in it.
/// Where the file system has no locks (some mounts of Lustre, NFS and FUSE), a warning says so, once
/// a process, and nothing keeps a second process out.
class FolderLock {
 public:
  /// The folder must exist. InUseError when another process holds it; SystemError when it cannot be
  /// written or locked.
  explicit FolderLock(const std::string& folder);
  ~FolderLock();
  FolderLock(FolderLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int fd_;
};

}  // namespace yoso
