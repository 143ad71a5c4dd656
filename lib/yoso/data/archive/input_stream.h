#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct archive;

namespace yoso::data {

/// The texts in a file, uncompressed: the file itself, or each file within a tar or zip; either may
/// be compressed by gzip, bzip2, xz or zstd. The format is recognised by the content, not the name.
/// DataError when the file cannot be read or is damaged.
class InputStream {
 public:
  static constexpr size_t kBlock = 1 << 18;

  /// `block`: bytes that are read at a time.
  explicit InputStream(const std::string& path, size_t block = kBlock);

  /// The same of bytes at hand, which must outlive the stream; `name` is for messages.
  InputStream(const std::string& name, std::string_view bytes);
  ~InputStream();

  /// Moves to the next text, at first to the first; false when there is none. Hidden files of an
  /// archive (is_hidden) are skipped.
  bool next_text();

  /// The text's name: PATH, or PATH(NAME) within an archive.
  const std::string& name() const { return name_; }

  /// Whether the text lies in an archive.
  bool in_archive() const { return packed_; }

  /// The bytes that the next `read` gives.
  std::string_view peek();

  /// The next bytes of the text, valid until the next call; empty at its end.
  std::string_view read();

  /// Bytes of the file on the disk read so far.
  int64_t position() const;

 private:
  [[noreturn]] void fail() const;

  std::string path_;
  std::string name_;
  std::unique_ptr<archive, void (*)(archive*)> archive_;
  std::vector<char> block_;
  std::string_view peeked_;  // of block_, not given yet
  bool packed_ = false;
};

}  // namespace yoso::data
