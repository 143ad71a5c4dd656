#include "yoso/util/scratch_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "yoso/util/error.h"

namespace yoso {

ScratchFile::ScratchFile() {
  const char* chosen = std::getenv("TMPDIR");
  folder_ = chosen != nullptr && *chosen != '\0' ? chosen : "/tmp";
  std::string path = folder_ + "/yoso-XXXXXX";
  fd_ = ::mkostemp(path.data(), O_CLOEXEC);
  if (fd_ < 0) fail(errno);
  ::unlink(path.c_str());
}

ScratchFile::~ScratchFile() { ::close(fd_); }

void ScratchFile::fail(int error) const {
  throw SystemError(folder_ + ": cannot be written: " + std::generic_category().message(error) +
                    " (TMPDIR names another folder for temporary files)");
}

void ScratchFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail(errno);
    size_ += static_cast<uint64_t>(n);
    bytes.remove_prefix(static_cast<size_t>(n));
  }
}

MappedFile ScratchFile::map() const { return MappedFile("/proc/self/fd/" + std::to_string(fd_)); }

}  // namespace yoso
