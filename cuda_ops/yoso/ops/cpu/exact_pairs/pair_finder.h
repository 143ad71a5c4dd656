#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "yoso/ops/cpu/exact_pairs/segments.h"
#include "yoso/ops/exact_pairs_attention.h"

namespace yoso::ops::cpu {

/// Finds the keys that each query of a segment meets in one head: global tokens, the band, and keys
/// of the same bucket in at least one hash. Rows are counted within the segment.
class PairFinder {
 public:
  /// `codes` are those of queries and keys, int32 [batch, heads, hashes, length]. Throws c10::Error
  /// naming the operator `op` where a valid row's code is outside [0, 2^hash_bits).
  PairFinder(const char* op, const Segment& segment, int64_t head, const at::Tensor codes[2],
             const ExactPairs& pairs);

  /// One worker's memory.
  struct Scratch {
    std::vector<int32_t> seen;  // of a key: the last query that listed it
    std::vector<int32_t> list;
  };

  /// Pairs of one query, or of many, by what found them first.
  struct Origins {
    int64_t global = 0, band = 0, hash = 0;
    int64_t capped = 0;  // keys in buckets over the cap, once a hash
    void operator+=(const Origins& other);
  };

  /// The keys that a query meets, each once: global tokens, the band, then hash by hash. The list is
  /// valid until the next call.
  struct Found {
    const int32_t* keys;
    int64_t count;
    Origins origins;
  };
  Found find(int64_t query, Scratch& scratch) const;

  /// How many high-order bits of a code make a bucket.
  int64_t level() const { return level_; }

 private:
  void read_codes(const char* op, int64_t head, const at::Tensor codes[2]);
  int64_t choose_level() const;
  void sort_keys();
  bool is_global(int64_t query) const;

  const Segment& segment_;
  const ExactPairs& pairs_;
  int64_t hashes_;
  std::vector<uint16_t> codes_[2];  // [hashes, count]
  int64_t level_ = 0;
  std::vector<int32_t> begin_;  // [hashes, 2^level + 1], of a bucket in order_
  std::vector<int32_t> order_;  // [hashes, keys]
};

}  // namespace yoso::ops::cpu
