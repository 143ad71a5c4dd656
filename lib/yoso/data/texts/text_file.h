#pragma once

#include <string>
#include <string_view>

#include "yoso/util/file.h"

namespace yoso::data {

/// The text of a file of the user's: the file as it is, or unpacked, where it is compressed (gzip,
/// bzip2, xz, zstd) or an archive (tar, zip) of a single file. What it is, its first bytes say
/// (util/file_kind.h). A byte-order mark of UTF-8 at the head is left out.
class TextFile {
 public:
  /// DataError: the file cannot be read or is damaged, is no text (UTF-16, Parquet, an image, ...),
  /// is an archive of several files, or its lines end at CR alone.
  explicit TextFile(std::string path);

  /// The same of content at hand; `name` is for messages ("standard input").
  TextFile(std::string name, std::string content);

  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;

  const std::string& path() const { return path_; }

  /// Valid as long as the object.
  std::string_view text() const { return text_; }

 private:
  void take(std::string_view text);

  std::string path_;
  MappedFile file_;
  std::string own_;  // what was unpacked or handed over
  std::string_view text_;
};

/// The end of a file's name in lower case, without that of a compression: ".csv" of `A.CSV.gz`.
std::string name_end(const std::string& path);

}  // namespace yoso::data
