#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "yoso/ops/cpu/exact_pairs/segments.h"
#include "yoso/ops/exact_pairs_attention.h"

namespace yoso::ops::cpu {

/// Pairs of one query, or of many, by what found them first.
struct PairOrigins {
  int64_t global = 0, band = 0, hash = 0;
  int64_t capped = 0;  // keys in buckets over the cap, counted once a hash
  void operator+=(const PairOrigins& other);
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
  /// `codes` are those of queries and keys, int32 [batch, heads, hashes, length]. Throws c10::Error
  /// naming the operator `op` where a valid row's code is outside [0, 2^hash_bits).
  PairFinder(const char* op, const Segment& segment, int64_t head, const at::Tensor codes[2],
             const ExactPairs& pairs);

  /// One worker's memory, for one finder.
  struct Scratch {
    struct Stretch {
      const int32_t* keys;
      int32_t count;
    };
    std::vector<Stretch> buckets;  // [hashes, queries]
    std::vector<int32_t> seen;     // of a key: the last query that listed it
  };

  /// The pairs of queries [first, first + count). `found` is overwritten, but for its origins, which
  /// are added to.
  void find(int64_t first, int64_t count, Scratch& scratch, FoundPairs& found) const;

  /// Up to `count` keys spread over the space of keys: evenly over their order by bucket in the
  /// first hash, so that no crowd of more than 1 / count of the keys is missed, or by position where
  /// there is no hash.
  std::vector<int32_t> spread_keys(int64_t count) const;

  /// How many high-order bits of a code make a bucket.
  int64_t level() const { return level_; }

 private:
  class Collector;
  void read_codes(const char* op, int64_t head, const at::Tensor codes[2]);
  int64_t choose_level() const;
  void sort_keys();
  void look_up(int64_t first, int64_t count, Scratch& scratch) const;
  bool is_global(int64_t query) const;

  const Segment& segment_;
  const ExactPairs& pairs_;
  int64_t hashes_;
  std::vector<uint16_t> codes_[2];  // [hashes, count]
  int64_t level_ = 0;
  std::vector<int32_t> begin_;  // [hashes, 2^level + 1], of a bucket in order_
  std::vector<int32_t> order_;  // [hashes, keys], and some readable elements
};

}  // namespace yoso::ops::cpu
