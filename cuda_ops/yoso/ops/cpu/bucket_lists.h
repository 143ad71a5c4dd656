#pragma once

#include <cstdint>
#include <vector>

#include "yoso/ops/cpu/buffer.h"
#include "yoso/ops/cpu/simd/kernels.h"
#include "yoso/ops/cpu/slots.h"

namespace yoso::ops::cpu {

/// Elements of an order that may be read from any row's place on, whatever follows it.
inline constexpr int64_t kReadable = 4;

/// The rows of each bucket (the rows of one slot in one hash), by a counting sort per hash. Index
/// is uint16_t where the rows of a place can be numbered with it, since lists that stay in the
/// second-level cache are most of what makes looking up partners quick; else int32_t.
template <class Index>
class BucketLists {
 public:
  /// Sorts the rows of one side, for all places of `slots`, in parallel.
  BucketLists(const Slots& slots, Side only);

  /// Sorts both sides and sets apart the buckets that `is_large` for their numbers of queries and
  /// keys.
  BucketLists(const Slots& slots, bool (*is_large)(int64_t queries, int64_t keys));

  /// Memory for one place, both sides.
  static int64_t bytes_per_place(int64_t hashes, int64_t bits, const RealRows& queries,
                                 const RealRows& keys);

  /// Rows of one side ordered by slot, [row_count].
  const Index* order(Side side, int64_t place, int64_t hash) const {
    return order_[side].data() + (place * slots_.hashes() + hash) * slots_.stride(side);
  }

  /// Where each slot's rows begin and (at slot + 1) end in `order`. Large buckets and rows without
  /// a partner seem empty.
  const Index* offsets(Side side, int64_t place, int64_t hash) const {
    return offsets_[side].data() + (place * slots_.hashes() + hash) * offsets_stride_;
  }

  bool any_large() const { return any_large_; }

  /// They follow one another in both orders.
  const std::vector<LargeBucket>& large(int64_t place, int64_t hash) const {
    return large_[place * slots_.hashes() + hash];
  }

 private:
  struct Scratch;
  BucketLists(const Slots& slots, bool (*is_large)(int64_t, int64_t), bool has_queries,
              bool has_keys);
  void sort_hash(int64_t place, int64_t hash, Scratch& scratch);
  void sort_side(Side side, int64_t place, int64_t hash, Scratch& scratch);

  const Slots& slots_;
  bool (*is_large_)(int64_t, int64_t);  // null: none is
  bool has_[2];
  int64_t offsets_stride_;
  Buffer<Index> order_[2], offsets_[2];
  std::vector<std::vector<LargeBucket>> large_;
  bool any_large_ = false;
};

}  // namespace yoso::ops::cpu
