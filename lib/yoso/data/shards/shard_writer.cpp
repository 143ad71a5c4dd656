#include "yoso/data/shards/shard_writer.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <limits>
#include <stdexcept>

namespace yoso::data {

ShardWriter::ShardWriter(const std::string& folder, const std::string& file,
                         const TokenSource& source)
    : name_(file), source_(source), file_(folder + "/" + file) {
  if (source.fingerprint.size() >= sizeof(ShardHeader::fingerprint)) {
    throw std::invalid_argument("ShardWriter: too long a fingerprint");
  }
  const ShardHeader placeholder{};
  file_.write(&placeholder, sizeof placeholder);
}

void ShardWriter::put(const void* data, size_t size) {
  content_.add(data, size);
  file_.write(data, size);
}

void ShardWriter::align() {
  const char zeros[8] = {};
  put(zeros, aligned(file_.size()) - file_.size());
}

void ShardWriter::begin_document() { end_document(); }

void ShardWriter::end_document() {
  const auto sentences = static_cast<uint32_t>(sentence_ends_.size());
  const uint32_t before = document_ends_.empty() ? 0 : document_ends_.back();
  if (sentences > before) document_ends_.push_back(sentences);
}

void ShardWriter::add_sentence(std::span<const int32_t> ids) {
  if (ids.empty()) return;
  tokens_ += ids.size();
  if (tokens_ > std::numeric_limits<uint32_t>::max()) {
    throw std::length_error("ShardWriter: more tokens than a shard can number");
  }
  if (token_bytes(source_.vocab_size) == 2) {
    narrow_.assign(ids.begin(), ids.end());
    put(narrow_.data(), narrow_.size() * sizeof(uint16_t));
  } else {
    put(ids.data(), ids.size_bytes());
  }
  sentence_ends_.push_back(static_cast<uint32_t>(tokens_));
}

std::vector<int64_t> ShardWriter::document_lengths() const {
  std::vector<int64_t> lengths;
  int64_t first_token = 0;
  const auto add = [&](size_t sentences) {
    if (sentences == 0) return;
    const int64_t end = sentence_ends_[sentences - 1];
    if (end > first_token) lengths.push_back(end - first_token);
    first_token = end;
  };
  for (uint32_t end : document_ends_) add(end);
  add(sentence_ends_.size());
  return lengths;
}

ShardSummary ShardWriter::commit() {
  end_document();
  align();
  put(sentence_ends_.data(), sentence_ends_.size() * sizeof(uint32_t));
  align();
  put(document_ends_.data(), document_ends_.size() * sizeof(uint32_t));

  ShardHeader header{};
  std::memcpy(header.magic, kShardMagic, sizeof header.magic);
  header.version = kShardVersion;
  header.token_bytes = token_bytes(source_.vocab_size);
  header.vocab_size = static_cast<uint64_t>(source_.vocab_size);
  header.tokens = tokens_;
  header.sentences = sentence_ends_.size();
  header.documents = document_ends_.size();
  std::copy(source_.fingerprint.begin(), source_.fingerprint.end(), header.fingerprint);
  header.content_checksum = content_.value();
  header.header_checksum = checksum(&header, offsetof(ShardHeader, header_checksum));
  file_.overwrite(0, &header, sizeof header);
  file_.commit();
  return {name_, static_cast<int64_t>(document_ends_.size()),
          static_cast<int64_t>(sentence_ends_.size()), tokens(), content_.text()};
}

}  // namespace yoso::data
