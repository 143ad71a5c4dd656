#include "yoso/util/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <iostream>

#include "yoso/util/error.h"

namespace yoso {
namespace {

/// Whether an error of flock says that the file system has no locks.
bool has_no_locks(int error) {
  return error == ENOLCK || error == ENOSYS || error == EOPNOTSUPP || error == EINVAL;
}

void warn_once(const std::string& folder, int error) {
  static std::atomic<bool> warned = false;
  if (warned.exchange(true)) return;
  std::cerr << "warning: " << folder << ": this file system has no locks (" << std::strerror(error)
            << "): nothing keeps a second process out of the folder\n";
}

}  // namespace

int (*flock_call)(int, int) = ::flock;

FolderLock::FolderLock(const std::string& folder) {
  const std::string lock = folder + "/lock";
  fd_ = ::open(lock.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0644);
  if (fd_ < 0) throw SystemError(lock + ": cannot be written: " + std::strerror(errno));
  int result = 0;
  do {
    result = flock_call(fd_, LOCK_EX | LOCK_NB);
  } while (result != 0 && errno == EINTR);
  if (result == 0) return;
  const int error = errno;
  if (has_no_locks(error)) {
    warn_once(folder, error);
    return;
  }
  ::close(fd_);
  if (error == EWOULDBLOCK) throw InUseError(folder + ": in use by another process");
  throw SystemError(lock + ": cannot be locked: " + std::strerror(error));
}

FolderLock::~FolderLock() {
  if (fd_ >= 0) ::close(fd_);
}  // closing drops the lock; the file stays, so that no process locks a deleted one

}  // namespace yoso
