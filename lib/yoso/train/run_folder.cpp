#include "yoso/train/run_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "yoso/util/error.h"
#include "yoso/util/file.h"

namespace yoso::train {

RunFolder::RunFolder(std::string path) : path_(std::move(path)) {
  make_folders(path_);
  const std::string lock = file("lock");
  lock_ = ::open(lock.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0644);
  if (lock_ < 0) throw SystemError(lock + ": cannot be written: " + std::strerror(errno));
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    ::close(lock_);
    throw UsageError(path_ + ": in use by another process");
  }
}

RunFolder::~RunFolder() {
  ::close(lock_);
}  // closing drops the lock; the file stays, so nobody locks a deleted one

bool RunFolder::occupied() const { return std::filesystem::exists(file("config.yaml")); }

}  // namespace yoso::train
