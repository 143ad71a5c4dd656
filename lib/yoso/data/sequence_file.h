#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "yoso/data/raw_rows.h"
#include "yoso/data/row_checksum.h"
#include "yoso/data/sequences.h"
#include "yoso/util/file.h"

namespace yoso::data {

/// What a file of rows holds.
struct SequenceSummary {
  int64_t rows = 0;
  int64_t tokens = 0;
  int64_t longest = 0;    // symbols of the longest text
  uint64_t checksum = 0;  // Sequences::checksum of the whole
};

/// Writes rows one by one into a file that can be mapped: a header (magic, version, layout), the
/// symbols of all texts, then where each text ends, the labels, and a footer (counts, checksum,
/// magic). Little-endian, parts aligned to 8 bytes. Memory: 16 bytes a row and text.
class SequenceWriter {
 public:
  /// Nothing appears at `path` before commit(). SystemError, here and below.
  SequenceWriter(std::string path, Sequences::Layout layout);

  void add(const RawRow& row);
  SequenceSummary commit();

 private:
  AtomicFile file_;
  Sequences::Layout layout_;
  std::vector<uint64_t> ends_ = {0};
  std::vector<int64_t> labels_;
  SequenceSummary summary_;
  RowChecksum sum_;
};

/// Maps a file written by SequenceWriter, every byte of it checked (which also brings it into the
/// page cache). DataError: missing, truncated, damaged, of another version.
Sequences open_sequences(const std::string& path, SequenceSummary* summary = nullptr);

}  // namespace yoso::data
