#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "yoso/ops/cpu/bucket_ids.h"
#include "yoso/ops/cpu/buffer.h"
#include "yoso/ops/cpu/simd/kernels.h"

namespace yoso::ops::cpu {

/// So many elements may be read from any position of an order on, also past its end.
inline constexpr int64_t kReadable = 4;

/// Part of an order.
template <class Index>
struct Stretch {
  Index begin, count;
};

/// Buckets with queries · keys > a_row · (queries + keys) + a_bucket are heavy: cheaper as a whole
/// than pair by pair.
struct HeavyRule {
  int64_t a_row, a_bucket;
};

/// Whether the rows of a head can be numbered with 16 bits.
inline bool is_narrow(int64_t rows) { return rows <= std::numeric_limits<uint16_t>::max(); }

/// Memory of BucketLists of both sides for one head.
inline int64_t list_bytes_per_head(int64_t hashes, const ValidRows& queries,
                                   const ValidRows& keys) {
  const int64_t index = is_narrow(std::max(queries.max_count(), keys.max_count())) ? 2 : 4;
  return hashes * 3 * index *
         (BucketIds::spread(queries.max_count()) + BucketIds::spread(keys.max_count()));
}

/// The rows of each bucket (the rows of one side with one bucket id in one hash), by a counting
/// sort per hash, and for every row where its matches lie. That is looked up here, hash by hash,
/// while the hash's table of buckets is in the first-level cache; later a row, whose hashes are far
/// apart in memory, reads one address instead of three. Index is uint16_t where the rows of a head
/// can be numbered with it, since lists that stay in the second-level cache are most of what makes
/// finding matches quick; else int32_t.
template <class Index>
class BucketLists {
 public:
  /// For queries to find keys, in parallel for all heads of `ids`. Buckets of more than `few`
  /// keys are listed as heavy.
  BucketLists(const BucketIds& ids, int64_t few);

  /// For both sides. Buckets that are heavy by this rule are set apart.
  BucketLists(const BucketIds& ids, HeavyRule rule);

  /// Rows of one side ordered by bucket, [row_count]; stride(side) to the next hash.
  const Index* order(Side side, int64_t head, int64_t hash) const {
    return order_[side].data() + (head * ids_.hashes() + hash) * ids_.stride(side);
  }
  /// For each row of one side its matches in the order of the other, [row_count]; none for rows of
  /// buckets set apart.
  const Stretch<Index>* matches(Side side, int64_t head, int64_t hash) const {
    return matches_[side].data() + (head * ids_.hashes() + hash) * ids_.stride(side);
  }
  /// Elements between two hashes in order() and in matches() of `side`.
  int64_t stride(Side side) const { return ids_.stride(side); }
  int64_t hashes() const { return ids_.hashes(); }

  bool any_heavy() const { return any_heavy_; }

  /// The heavy buckets of a hash, which follow one another in both orders.
  const std::vector<HeavyBucket>& heavy(int64_t head, int64_t hash) const {
    return heavy_[head * ids_.hashes() + hash];
  }

 private:
  struct Scratch;
  BucketLists(const BucketIds& ids, HeavyRule rule, bool both_sides, int64_t few);
  bool sorts(Side side) const { return side == kKey || both_sides_; }
  void sort_hash(int64_t head, int64_t hash, Scratch& scratch);
  void list_heavy(int64_t head, int64_t hash, Scratch& scratch);
  void sort_side(Side side, int64_t head, int64_t hash, Scratch& scratch);
  void find_matches(Side side, int64_t head, int64_t hash, const Scratch& scratch);

  const BucketIds& ids_;
  HeavyRule rule_;
  bool both_sides_;
  int64_t few_;
  Buffer<Index> order_[2];
  Buffer<Stretch<Index>> matches_[2];
  std::vector<std::vector<HeavyBucket>> heavy_;
  bool any_heavy_ = false;
};

}  // namespace yoso::ops::cpu
