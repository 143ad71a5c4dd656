#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "yoso/data/shards/header.h"
#include "yoso/util/file.h"

namespace yoso::data {

/// `count` consecutive tokens, sentences or documents from number `first` on.
struct TokenRange {
  int64_t first = 0;
  int64_t count = 0;
};

/// One shard file, mapped: opening it costs nothing but its header, and pages are shared between
/// processes. Numbers count from 0 within the shard. Members may be called from several threads.
class TokenShard {
 public:
  /// DataError: missing, truncated or damaged, another format or version.
  explicit TokenShard(const std::string& path);

  /// Reads the whole file and compares its checksum. DataError.
  void verify() const;

  const std::string& path() const { return path_; }
  const std::string& fingerprint() const { return fingerprint_; }
  int64_t vocab_size() const { return static_cast<int64_t>(header_.vocab_size); }
  int64_t tokens() const { return static_cast<int64_t>(header_.tokens); }
  int64_t sentences() const { return static_cast<int64_t>(header_.sentences); }
  int64_t documents() const { return static_cast<int64_t>(header_.documents); }
  uint64_t content_checksum() const { return header_.content_checksum; }

  /// The sentences of a document.
  TokenRange document(int64_t i) const { return between(document_ends_, i); }
  /// The tokens of a sentence.
  TokenRange sentence(int64_t i) const { return between(sentence_ends_, i); }

  /// Copies the tokens from number `first` on, as many as `ids` has room for. std::out_of_range
  /// when the shard has fewer.
  void copy(int64_t first, std::span<int32_t> ids) const;

 private:
  static TokenRange between(const uint32_t* ends, int64_t i) {
    const int64_t first = i == 0 ? 0 : ends[i - 1];
    return {first, ends[i] - first};
  }
  void check_header() const;
  void check_ends() const;

  std::string path_;
  MappedFile file_;
  ShardHeader header_{};
  std::string fingerprint_;
  const std::byte* tokens_ = nullptr;
  const uint32_t* sentence_ends_ = nullptr;
  const uint32_t* document_ends_ = nullptr;
};

}  // namespace yoso::data
