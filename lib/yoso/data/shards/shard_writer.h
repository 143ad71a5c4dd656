#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "yoso/data/shards/header.h"
#include "yoso/util/checksum.h"
#include "yoso/util/file.h"

namespace yoso::data {

/// What a finished shard holds.
struct ShardSummary {
  std::string file;  // name within its folder
  int64_t documents = 0, sentences = 0, tokens = 0;
  std::string checksum;  // of the content, 16 hexadecimal digits
};

/// Writes one shard file (see header.h), which appears when it is complete. Tokens go to the disk
/// as they come; memory holds 4 bytes a sentence. SystemError when it cannot be written.
class ShardWriter {
 public:
  ShardWriter(const std::string& folder, const std::string& file, const TokenSource& source);

  /// A document without sentences, or a sentence without tokens, is left out. std::length_error
  /// when the tokens no longer fit 32 bits.
  void begin_document();
  void add_sentence(std::span<const int32_t> ids);

  int64_t tokens() const { return static_cast<int64_t>(tokens_); }

  /// Tokens of each document so far.
  std::vector<int64_t> document_lengths() const;

  /// Completes the file, which then appears. To be called once, at the end.
  ShardSummary commit();

 private:
  void put(const void* data, size_t size);
  void align();
  void end_document();

  std::string name_;
  TokenSource source_;
  AtomicFile file_;
  Checksum content_;
  uint64_t tokens_ = 0;
  std::vector<uint32_t> sentence_ends_;
  std::vector<uint32_t> document_ends_;
  std::vector<uint16_t> narrow_;  // a sentence on its way to the file
};

}  // namespace yoso::data
