#include "yoso/data/shards/token_corpus.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <system_error>

#include "yoso/data/shards/manifest.h"
#include "yoso/util/checksum.h"
#include "yoso/util/error.h"

namespace yoso::data {
namespace {

/// The shard that holds thing number `i`; `before` are the things before each shard.
size_t shard_of(const std::vector<int64_t>& before, int64_t i, const char* what) {
  if (i < 0 || i >= before.back()) {
    throw std::out_of_range(std::string("TokenCorpus: ") + what + " " + std::to_string(i) + " of " +
                            std::to_string(before.back()));
  }
  return static_cast<size_t>(std::upper_bound(before.begin(), before.end(), i) - before.begin() -
                             1);
}

void check_shard(const TokenShard& shard, const ShardSummary& expected, const TokenSource& source) {
  const bool good = shard.documents() == expected.documents &&
                    shard.sentences() == expected.sentences && shard.tokens() == expected.tokens &&
                    checksum_text(shard.content_checksum()) == expected.checksum &&
                    shard.fingerprint() == source.fingerprint &&
                    shard.vocab_size() == source.vocab_size;
  if (!good) throw DataError(shard.path() + ": not the shard that manifest.json names");
}

}  // namespace

TokenCorpus::TokenCorpus(const std::string& folder, Split split, const std::string& fingerprint) {
  std::error_code unreadable;
  if (!std::filesystem::exists(Manifest::path(folder), unreadable) && !unreadable) {
    throw DataError(folder + ": no shards there; `pretrain prepare` makes those of an experiment");
  }
  const Manifest manifest = Manifest::read(folder);
  if (!manifest.complete) {
    throw DataError(folder + ": unfinished; the same `pretrain prepare` again continues it");
  }
  fingerprint_ = manifest.tokenizer.fingerprint;
  vocab_size_ = manifest.tokenizer.vocab_size;
  if (!fingerprint.empty() && fingerprint != fingerprint_) {
    throw UsageError(folder + ": made with the tokenizer " + fingerprint_ + ", not with " +
                     fingerprint);
  }
  Checksum sum;
  for (const ShardSummary& expected :
       split == Split::train ? manifest.train : manifest.validation) {
    shards_.emplace_back(folder + "/" + expected.file);
    const TokenShard& shard = shards_.back();
    check_shard(shard, expected, manifest.tokenizer);
    shard.verify();
    sum.add(expected.checksum);
    documents_.push_back(documents_.back() + shard.documents());
    sentences_.push_back(sentences_.back() + shard.sentences());
    tokens_.push_back(tokens_.back() + shard.tokens());
  }
  checksum_ = sum.value();
}

TokenRange TokenCorpus::document(int64_t i) const {
  const size_t shard = shard_of(documents_, i, "document");
  const TokenRange range = shards_[shard].document(i - documents_[shard]);
  return {range.first + sentences_[shard], range.count};
}

TokenRange TokenCorpus::sentence(int64_t i) const {
  const size_t shard = shard_of(sentences_, i, "sentence");
  const TokenRange range = shards_[shard].sentence(i - sentences_[shard]);
  return {range.first + tokens_[shard], range.count};
}

void TokenCorpus::copy(int64_t first, std::span<int32_t> ids) const {
  if (first < 0 || static_cast<int64_t>(ids.size()) > tokens() - first) {
    throw std::out_of_range("TokenCorpus: tokens " + std::to_string(first) + " to " +
                            std::to_string(first + static_cast<int64_t>(ids.size())) + " of " +
                            std::to_string(tokens()));
  }
  while (!ids.empty()) {
    const size_t shard = shard_of(tokens_, first, "token");
    const auto count =
        static_cast<size_t>(std::min(tokens_[shard + 1] - first, static_cast<int64_t>(ids.size())));
    shards_[shard].copy(first - tokens_[shard], ids.first(count));
    first += static_cast<int64_t>(count);
    ids = ids.subspan(count);
  }
}

}  // namespace yoso::data
