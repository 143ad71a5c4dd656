#include "yoso/util/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "yoso/util/error.h"

namespace yoso {
namespace {

constexpr size_t kBufferSize = 1 << 20;
constexpr const char* kOpenFiles = "/proc/self/fd";  // a path for every open file, named or not

std::string reason(int error) { return std::generic_category().message(error); }

[[noreturn]] void cannot_write(const std::string& path, int error = errno) {
  throw SystemError(path + ": cannot be written: " + reason(error));
}

[[noreturn]] void cannot_read(const std::string& path, int error = errno) {
  throw DataError(path + ": cannot be read: " + reason(error));
}

/// A descriptor that closes itself; for reading, where close() has nothing to report.
struct Descriptor {
  explicit Descriptor(int value) : fd(value) {}
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int fd;
};

int open_to_read(const std::string& path) {
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) cannot_read(path);
  return fd;
}

/// Writes everything, in as many calls as it takes. Returns the number of bytes written; where it
/// is less than asked for, errno holds the reason.
size_t write_all(int fd, std::string_view bytes) {
  size_t done = 0;
  while (done < bytes.size()) {
    ssize_t n = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) break;
    done += static_cast<size_t>(n);
  }
  return done;
}

std::string folder_of(const std::string& path) {
  std::string folder = std::filesystem::path(path).parent_path();
  return folder.empty() ? "." : folder;
}

}  // namespace

std::string read_file(const std::string& path) {
  Descriptor file(open_to_read(path));
  struct stat info {};
  if (::fstat(file.fd, &info) != 0) cannot_read(path);
  std::string content;
  content.reserve(static_cast<size_t>(info.st_size) + 1);  // a hint: 0 for pipes and /proc
  while (true) {
    const size_t done = content.size();
    content.resize(std::max(done + 4096, content.capacity()));
    ssize_t n = ::read(file.fd, content.data() + done, content.size() - done);
    content.resize(done + (n > 0 ? static_cast<size_t>(n) : 0));
    if (n == 0) return content;
    if (n < 0 && errno != EINTR) cannot_read(path);
  }
}

void write_atomically(const std::string& path, std::string_view content) {
  AtomicFile file(path);
  file.write(content);
  file.commit();
}

void make_folders(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  // A file of that name is reported by some library versions as success.
  if (!error && !std::filesystem::is_directory(path))
    error = std::make_error_code(std::errc::not_a_directory);
  if (error) throw SystemError(path + ": cannot be created: " + error.message());
}

void rename_durably(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) cannot_write(to);
  sync_folder(folder_of(to));
  if (folder_of(from) != folder_of(to)) sync_folder(folder_of(from));
}

bool exchange_durably(const std::string& one, const std::string& other) {
  if (::renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE) != 0) {
    if (errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP) return false;
    cannot_write(other);
  }
  sync_folder(folder_of(other));
  return true;
}

void sync_folder(const std::string& path) {
  Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.fd < 0) cannot_write(path);
  // Some network file systems cannot flush a folder and return EINVAL; they need no flush.
  if (::fsync(folder.fd) != 0 && errno != EINVAL) cannot_write(path);
}

AtomicFile::AtomicFile(std::string path)
    : path_(std::move(path)), temporary_(path_ + "." + std::to_string(::getpid()) + ".tmp") {
  if (::access(kOpenFiles, X_OK) == 0) {  // commit() needs it, and a bare chroot has none
    fd_ = ::open(folder_of(path_).c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
    if (fd_ >= 0) return;
  }
  // A file system without nameless files, or an error that this call reports better.
  fd_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd_ < 0) cannot_write(path_);
  named_ = true;
}

AtomicFile::~AtomicFile() {
  if (fd_ >= 0) ::close(fd_);
  if (named_) ::unlink(temporary_.c_str());
}

void AtomicFile::write(std::string_view bytes) {
  size_ += bytes.size();
  if (buffer_.size() + bytes.size() > kBufferSize) flush_buffer();
  if (bytes.size() < kBufferSize) {
    buffer_.append(bytes);
  } else if (write_all(fd_, bytes) < bytes.size()) {
    cannot_write(path_);
  }
}

void AtomicFile::write(const void* data, size_t size) {
  write(std::string_view(static_cast<const char*>(data), size));
}

void AtomicFile::overwrite(uint64_t offset, const void* data, size_t size) {
  flush_buffer();
  const char* bytes = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t n = ::pwrite(fd_, bytes, size, static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) cannot_write(path_);
    bytes += n;
    offset += static_cast<uint64_t>(n);
    size -= static_cast<size_t>(n);
  }
}

void AtomicFile::flush_buffer() {
  if (write_all(fd_, buffer_) < buffer_.size()) cannot_write(path_);
  buffer_.clear();
}

void AtomicFile::commit() {
  flush_buffer();
  if (::fsync(fd_) != 0) cannot_write(path_);
  if (!named_) {
    const std::string nameless = std::string(kOpenFiles) + "/" + std::to_string(fd_);
    // A killed process with the same id may have left one behind.
    ::unlink(temporary_.c_str());
    if (::linkat(AT_FDCWD, nameless.c_str(), AT_FDCWD, temporary_.c_str(), AT_SYMLINK_FOLLOW) != 0)
      cannot_write(path_);
    named_ = true;
  }
  // Network file systems may report a failed write only here.
  if (::close(std::exchange(fd_, -1)) != 0) cannot_write(path_);
  rename_durably(temporary_, path_);
  named_ = false;
}

AppendFile::AppendFile(std::string path) : path_(std::move(path)) {
  fd_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (fd_ < 0) cannot_write(path_);
}

AppendFile::~AppendFile() {
  if (fd_ >= 0) ::close(fd_);
}

AppendFile::AppendFile(AppendFile&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)) {}

AppendFile& AppendFile::operator=(AppendFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(fd_, other.fd_);
  return *this;
}

void AppendFile::append(std::string_view record) {
  const size_t done = write_all(fd_, record);
  if (done == record.size()) return;
  const int error = errno;
  const off_t end = ::lseek(fd_, 0, SEEK_END);
  if (end >= static_cast<off_t>(done)) {
    // Best effort: the error to report is that of the write.
    [[maybe_unused]] int ignored = ::ftruncate(fd_, end - static_cast<off_t>(done));
  }
  cannot_write(path_, error);
}

void AppendFile::sync() {
  if (::fsync(fd_) != 0) cannot_write(path_);
}

MappedFile::MappedFile(const std::string& path) {
  Descriptor file(open_to_read(path));
  struct stat info {};
  if (::fstat(file.fd, &info) != 0) cannot_read(path);
  if (!S_ISREG(info.st_mode)) cannot_read(path, S_ISDIR(info.st_mode) ? EISDIR : ENODEV);
  size_ = static_cast<size_t>(info.st_size);
  if (size_ == 0) return;  // mmap refuses an empty range
  void* address = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, file.fd, 0);
  if (address == MAP_FAILED) cannot_read(path);
  data_ = static_cast<const std::byte*>(address);
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

}  // namespace yoso
