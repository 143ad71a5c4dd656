#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace yoso {

/// The content of a file. DataError `PATH: cannot be read: REASON`.
std::string read_file(const std::string& path);

/// Replaces `path` whole or not at all, see AtomicFile. SystemError.
void write_atomically(const std::string& path, std::string_view content);

/// Creates the folder and its parents where missing. SystemError `PATH: cannot be created: REASON`.
void make_folders(const std::string& path);

/// Renames a file or a folder and waits until that is on the disk. An existing file or empty folder
/// at `to` is replaced. SystemError.
void rename_durably(const std::string& from, const std::string& to);

/// Exchanges the names of two files or folders of one folder in one step and waits until that is on
/// the disk. False where the file system cannot do so. SystemError.
bool exchange_durably(const std::string& one, const std::string& other);

/// Waits until the entries of a folder are on the disk (after files in it were created or renamed).
/// SystemError.
void sync_folder(const std::string& path);

/// A file that appears under its name only when complete: it is written without a name (where the
/// file system has no such files, as `PATH.PID.tmp`), flushed to the disk and renamed by
/// commit(). Without commit (an exception, a full disk, a killed process) nothing is left and an
/// older file stays as it was.
class AtomicFile {
 public:
  /// Opens the temporary file. The folder must exist.
  /// SystemError `PATH: cannot be written: REASON`, here and below.
  explicit AtomicFile(std::string path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::string_view bytes);
  void write(const void* data, size_t size);
  uint64_t size() const { return size_; }  // bytes written so far

  /// Replaces bytes written before; the size of the file stays.
  void overwrite(uint64_t offset, const void* data, size_t size);

  /// Flushes, renames, flushes the folder. Nothing may be written afterwards.
  void commit();

 private:
  void flush_buffer();

  std::string path_;
  std::string temporary_;  // the name it takes before it replaces `path_`
  bool named_ = false;     // it has that name
  std::string buffer_;
  int fd_ = -1;
  uint64_t size_ = 0;
};

/// A file that grows by whole records. A record that does not fit on the disk is removed again
/// before the error is thrown; a killed process leaves at most the last record incomplete.
class AppendFile {
 public:
  /// Opens or creates the file, positioned at its end. SystemError.
  explicit AppendFile(std::string path);
  ~AppendFile();
  AppendFile(AppendFile&&) noexcept;
  AppendFile& operator=(AppendFile&&) noexcept;

  /// Hands one record to the system before returning. SystemError.
  void append(std::string_view record);

  /// Waits until everything appended is on the disk. SystemError.
  void sync();

  const std::string& path() const { return path_; }

 private:
  std::string path_;
  int fd_ = -1;
};

/// A file mapped for reading; its pages are loaded when touched and shared between processes.
class MappedFile {
 public:
  MappedFile() = default;

  /// DataError `PATH: cannot be read: REASON`. An empty file is mapped as no bytes.
  explicit MappedFile(const std::string& path);
  ~MappedFile();
  MappedFile(MappedFile&&) noexcept;
  MappedFile& operator=(MappedFile&&) noexcept;

  const std::byte* data() const { return data_; }
  size_t size() const { return size_; }
  std::string_view text() const { return {reinterpret_cast<const char*>(data_), size_}; }

 private:
  const std::byte* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace yoso
