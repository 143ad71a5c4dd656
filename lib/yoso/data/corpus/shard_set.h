#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "yoso/data/corpus/sentence_batch.h"
#include "yoso/data/shards/manifest.h"
#include "yoso/data/shards/shard_writer.h"

namespace yoso::data {

/// The shards of both splits as they grow, and the manifest that lists those that are complete. The
/// shards of both splits end at the same position of the corpus, so that one position is enough to
/// continue from.
class ShardSet {
 public:
  /// Continues from `manifest`. A document is not cut unless it is longer than `shard_tokens`.
  ShardSet(std::string folder, Manifest manifest, int64_t shard_tokens);

  /// Appends a sentence, given its token ids; a shard is written when it is full. SystemError.
  void add(const SentenceBatch::Sentence& sentence, std::span<const int32_t> ids);

  /// Writes the last shards and the manifest of a complete corpus, given what was left out after
  /// the last sentence. SystemError.
  void finish(const LeftOut& left_out);

  const Manifest& manifest() const { return manifest_; }
  int64_t documents() const { return documents_; }  // begun, with those of earlier calls
  int64_t tokens() const { return whole_tokens_ + open_tokens(); }

 private:
  int64_t open_tokens() const;
  void commit();

  std::string folder_;
  Manifest manifest_;
  int64_t shard_tokens_;
  int64_t documents_ = 0;
  int64_t whole_tokens_ = 0;
  CorpusPosition behind_;  // the last sentence added
  std::unique_ptr<ShardWriter> train_, validation_;
};

}  // namespace yoso::data
