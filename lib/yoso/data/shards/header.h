#pragma once

#include <cstdint>
#include <string>

namespace yoso::data {

/// The ids that a shard holds: whose they are and how many there can be.
struct TokenSource {
  std::string fingerprint;  // of the tokenizer, at most 63 bytes
  int64_t vocab_size = 0;
};

/// The first bytes of a shard file, little-endian. Three arrays follow, each aligned to 8 bytes:
/// - the tokens, `token_bytes` each;
/// - for each sentence, the number of tokens up to its end (32 bits);
/// - for each document, the number of sentences up to its end (32 bits).
struct ShardHeader {
  char magic[8];         // kShardMagic
  uint32_t version;      // kShardVersion
  uint32_t token_bytes;  // 2 when the vocabulary fits, else 4
  uint64_t vocab_size;
  uint64_t tokens, sentences, documents;
  char fingerprint[64];       // zeros behind it
  uint64_t content_checksum;  // XXH3 of all bytes behind the header
  uint64_t header_checksum;   // XXH3 of all fields above
};
static_assert(sizeof(ShardHeader) == 128);

inline constexpr char kShardMagic[8] = {'Y', 'O', 'S', 'O', 'T', 'O', 'K', '\n'};
inline constexpr uint32_t kShardVersion = 1;

/// Bytes of a token of such a vocabulary.
inline uint32_t token_bytes(int64_t vocab_size) { return vocab_size <= 65536 ? 2 : 4; }

inline uint64_t aligned(uint64_t size) { return (size + 7) / 8 * 8; }

}  // namespace yoso::data
