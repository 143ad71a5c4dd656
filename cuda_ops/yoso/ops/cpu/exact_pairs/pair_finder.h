#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "yoso/ops/cpu/exact_pairs/segments.h"
#include "yoso/ops/exact_pairs_attention.h"

namespace yoso::ops::cpu {

/// How many pairs some queries have, by what found them first.
struct PairOrigins {
  int64_t global = 0, band = 0, hash = 0;
};

/// The pairs of some consecutive queries: for each the keys it meets, once.
struct FoundPairs {
  std::vector<int64_t> begin;  // of a query's keys, and the end
  std::vector<int32_t> keys;
  PairOrigins origins;
};

/// Finds the keys that each query of a segment meets in one head: global tokens, the band, and keys
/// of the same bucket in at least one hash, in this order. Rows are counted within the segment.
class PairFinder {
 public:
  /// `codes` are those of queries and keys, int32 (or int16, as autograd keeps them) [batch, heads,
  /// hashes, length]. Throws c10::Error
  /// naming the operator `op` where a valid row's code is outside [0, 2^hash_bits).
  PairFinder(const char* op, const Segment& segment, int64_t head, const at::Tensor codes[2],
             const ExactPairs& pairs);

  /// One worker's memory, for one finder.
  struct Scratch {
    std::vector<int32_t> seen;  // of a key: the last query that listed it
  };

  /// The pairs of queries [first, first + count). `found` is overwritten, but for its origins, which
  /// are added to.
  void find(int64_t first, int64_t count, Scratch& scratch, FoundPairs& found) const;

  /// Keys that queries would meet in buckets over the cap, counted once a query and hash.
  int64_t capped() const { return capped_; }

  /// Up to `count` keys spread over the space of keys: evenly over their order by bucket in the
  /// first hash, so that no crowd of more than 1 / count of the keys is missed, or by position where
  /// there is no hash.
  std::vector<int32_t> spread_keys(int64_t count) const;

 private:
  class Collector;
  template <class Code>
  void read_codes(const char* op, int64_t head, const at::Tensor codes[2]);
  int64_t choose_level() const;
  struct Bucket {
    int32_t begin, count;
  };
  void sort_hash(int64_t hash, std::vector<int32_t>& begin, int32_t* order, Bucket* buckets) const;
  void list_candidates();
  bool is_global(int64_t query) const;

  const Segment& segment_;
  const ExactPairs& pairs_;
  int64_t hashes_;
  std::vector<uint16_t> codes_[2];  // [hashes, count]
  int64_t level_ = 0;               // high-order bits of a code that make a bucket
  int64_t capped_ = 0;
  std::vector<int32_t> first_order_;  // [keys] by bucket of the first hash
  /// The keys in the buckets of each query, hash by hash, those of several hashes several times.
  std::vector<int32_t> candidates_;
  std::vector<int64_t> begin_;   // [queries] of its candidates
  std::vector<int32_t> counts_;  // [queries]
};

}  // namespace yoso::ops::cpu
