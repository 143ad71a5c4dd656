#pragma once

#include <cstdint>
#include <vector>

#include "yoso/ops/cpu/buffer.h"
#include "yoso/ops/cpu/slots.h"

namespace yoso::ops::cpu {

/// Decides how a bucket's share of the sums is found.
struct BucketCost {
  int64_t x_width;  // columns of query and key; 0 where only rows of y are added up
  int64_t y_width;  // columns of value and its gradient
  bool factorises;  // whether a pair's weight is the same for all pairs

  /// Whether `queries`·`keys` pairs cost more than what is common to a bucket: the sum of its rows,
  /// or the matrix Σ y xᵀ of each side, applied to the other's rows.
  bool is_large(int64_t queries, int64_t keys) const {
    if (x_width == 0) return queries * keys > 4 * (queries + keys);
    return factorises &&
           queries * keys * (x_width + y_width) > (queries + keys) * x_width * y_width;
  }
};

/// A bucket that is not enumerated pair by pair: its rows are a stretch of each side's order.
struct LargeBucket {
  int32_t begin[2];
  int32_t count[2];
};

/// Elements of an order that may be read from any row's place on, whatever follows it.
inline constexpr int64_t kReadable = 4;

/// The rows of each bucket (the rows of one slot in one hash), by a counting sort per hash. Index
/// is uint16_t where the rows of a place can be numbered with it, since lists that stay in the
/// second-level cache are most of what makes looking up partners quick; else int32_t.
template <class Index>
class BucketLists {
 public:
  /// Sorts the rows of all places of `slots`, in parallel.
  BucketLists(const Slots& slots, const BucketCost& cost);

  /// Memory for one place.
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
  const std::vector<LargeBucket>& large(int64_t place, int64_t hash) const {
    return large_[place * slots_.hashes() + hash];
  }

 private:
  struct Scratch;
  void sort_hash(int64_t place, int64_t hash, Scratch& scratch);

  const Slots& slots_;
  BucketCost cost_;
  int64_t offsets_stride_;
  Buffer<Index> order_[2], offsets_[2];
  std::vector<std::vector<LargeBucket>> large_;
  bool any_large_;
};

}  // namespace yoso::ops::cpu
