#include "yoso/data/shards/token_shard.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <stdexcept>

#include "yoso/util/checksum.h"
#include "yoso/util/error.h"

namespace yoso::data {

TokenShard::TokenShard(const std::string& path) : path_(path), file_(path) {
  if (file_.size() < sizeof header_) throw DataError(path + ": no token shard, or truncated");
  std::memcpy(&header_, file_.data(), sizeof header_);
  check_header();
  fingerprint_ =
      std::string(header_.fingerprint, ::strnlen(header_.fingerprint, sizeof header_.fingerprint));
  const uint64_t sentence_ends = aligned(sizeof header_ + header_.tokens * header_.token_bytes);
  const uint64_t document_ends = aligned(sentence_ends + header_.sentences * sizeof(uint32_t));
  const uint64_t size = document_ends + header_.documents * sizeof(uint32_t);
  if (file_.size() != size) {
    throw DataError(path + ": truncated: " + std::to_string(file_.size()) +
                    " bytes, its header names " + std::to_string(size));
  }
  tokens_ = file_.data() + sizeof header_;
  sentence_ends_ = reinterpret_cast<const uint32_t*>(file_.data() + sentence_ends);
  document_ends_ = reinterpret_cast<const uint32_t*>(file_.data() + document_ends);
  check_ends();
}

void TokenShard::check_header() const {
  if (std::memcmp(header_.magic, kShardMagic, sizeof header_.magic) != 0) {
    throw DataError(path_ + ": no token shard");
  }
  if (header_.version != kShardVersion) {
    throw DataError(path_ + ": token shard of version " + std::to_string(header_.version) +
                    ", expected " + std::to_string(kShardVersion));
  }
  if (header_.header_checksum != checksum(&header_, offsetof(ShardHeader, header_checksum))) {
    throw DataError(path_ + ": damaged: the header's checksum does not match");
  }
}

/// Checks what an access relies on; verify() checks the rest.
void TokenShard::check_ends() const {
  const bool good =
      (header_.sentences == 0 || sentence_ends_[header_.sentences - 1] == header_.tokens) &&
      (header_.documents == 0 || document_ends_[header_.documents - 1] == header_.sentences);
  if (!good) throw DataError(path_ + ": damaged: its documents do not end where its tokens do");
}

void TokenShard::verify() const {
  const uint64_t found = checksum(file_.data() + sizeof header_, file_.size() - sizeof header_);
  if (found != header_.content_checksum) {
    throw DataError(path_ + ": damaged: checksum " + checksum_text(found) + ", expected " +
                    checksum_text(header_.content_checksum));
  }
}

void TokenShard::copy(int64_t first, std::span<int32_t> ids) const {
  const auto count = static_cast<int64_t>(ids.size());
  if (first < 0 || count > tokens() - first) {
    throw std::out_of_range(path_ + ": tokens " + std::to_string(first) + " to " +
                            std::to_string(first + count) + " of " + std::to_string(tokens()));
  }
  if (header_.token_bytes == 2) {
    const auto* begin = reinterpret_cast<const uint16_t*>(tokens_) + first;
    std::copy(begin, begin + count, ids.begin());
  } else {
    std::memcpy(ids.data(), tokens_ + first * 4, ids.size_bytes());
  }
}

}  // namespace yoso::data
