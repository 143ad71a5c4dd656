#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "yoso/data/shards/token_shard.h"
#include "yoso/data/split.h"

namespace yoso::data {

/// All shards of one split of a prepared corpus as one sequence of documents, of sentences and of
/// tokens, numbered from 0 through all shards. Access is random and costs one search among the
/// shards; a document lies in one shard. Members may be called from several threads.
class TokenCorpus {
 public:
  /// Opens the split train or dev (validation) of a folder made by `pretrain prepare`. Every byte
  /// is read and checked.
  ///
  /// DataError: no such corpus, an unfinished one, or shards that are missing, damaged or not those
  /// of the manifest. UsageError: `fingerprint` is not empty and not that of the tokenizer that the
  /// shards were made with.
  TokenCorpus(const std::string& folder, Split split, const std::string& fingerprint);

  int64_t documents() const { return documents_.back(); }
  int64_t sentences() const { return sentences_.back(); }
  int64_t tokens() const { return tokens_.back(); }
  int64_t vocab_size() const { return vocab_size_; }
  const std::string& fingerprint() const { return fingerprint_; }

  /// The sentences of a document, and the tokens of a sentence.
  TokenRange document(int64_t i) const;
  TokenRange sentence(int64_t i) const;

  /// Copies the tokens from number `first` on, also across shards, as many as `ids` has room for.
  /// std::out_of_range when the corpus has fewer.
  void copy(int64_t first, std::span<int32_t> ids) const;

  /// 64 bits that change with any token or boundary.
  uint64_t checksum() const { return checksum_; }

 private:
  std::string fingerprint_;
  int64_t vocab_size_ = 0;
  uint64_t checksum_ = 0;
  std::vector<TokenShard> shards_;
  std::vector<int64_t> documents_ = {0}, sentences_ = {0}, tokens_ = {0};  // before each shard
};

}  // namespace yoso::data
