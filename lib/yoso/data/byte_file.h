#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "yoso/data/byte_dataset.h"
#include "yoso/data/example_checksum.h"
#include "yoso/data/example_reader.h"
#include "yoso/util/file.h"

namespace yoso::data {

/// What a file of examples holds.
struct ByteFileSummary {
  int64_t examples = 0;
  int64_t tokens = 0;
  int64_t longest = 0;    // symbols of the longest text
  uint64_t checksum = 0;  // ByteDataset::checksum of the whole
};

/// Writes examples one by one into a file that can be mapped, little-endian, its parts aligned to 8
/// bytes:
/// - a header (magic, version, layout);
/// - the symbols of all texts;
/// - for each text, the number of symbols up to its end;
/// - the labels;
/// - a footer (counts, checksum, magic).
///
/// Memory: 16 bytes an example and text.
class ByteFileWriter {
 public:
  /// Nothing appears at `path` before commit(). SystemError when it cannot be written, here and
  /// below.
  ByteFileWriter(std::string path, ByteDataset::Layout layout);

  void add(const data::RawExample& example);
  ByteFileSummary commit();

 private:
  AtomicFile file_;
  ByteDataset::Layout layout_;
  std::vector<uint64_t> ends_ = {0};
  std::vector<int64_t> labels_;
  ByteFileSummary summary_;
  data::ExampleChecksum sum_;
};

/// Maps a file written by ByteFileWriter and checks every byte of it (which also brings it into the
/// page cache). DataError: a missing, truncated or damaged file, or one of another version.
ByteDataset open_byte_file(const std::string& path, ByteFileSummary* summary = nullptr);

}  // namespace yoso::data
