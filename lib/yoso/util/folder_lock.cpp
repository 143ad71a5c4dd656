#include "yoso/util/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "yoso/util/error.h"

namespace yoso {

FolderLock::FolderLock(const std::string& folder) {
  const std::string lock = folder + "/lock";
  fd_ = ::open(lock.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0644);
  if (fd_ < 0) throw SystemError(lock + ": cannot be written: " + std::strerror(errno));
  if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
    ::close(fd_);
    throw InUseError(folder + ": in use by another process");
  }
}

FolderLock::~FolderLock() {
  if (fd_ >= 0) ::close(fd_);
}  // closing drops the lock; the file stays, so that no process locks a deleted one

}  // namespace yoso
