#pragma once

#include <algorithm>
#include <cstdint>

#include "yoso/ops/cpu/bucket_lists.h"

namespace yoso::ops::cpu {

/// Finds the matches of rows of one side, the rows of the other side that they collide with, hash
/// by hash. Works one row ahead of their use, so that they are on their way from the third-level
/// cache when they are needed.
template <class Index>
class Matches {
 public:
  /// `others` are the rows of the other side, `row_bytes` each, `bytes` in all.
  Matches(const BucketLists<Index>& lists, int64_t head, Side side, const char* others,
          int64_t row_bytes, int64_t bytes)
      : found_(lists.matches(side, head, 0)),
        order_(lists.order(other(side), head, 0)),
        found_stride_(lists.stride(side)),
        order_stride_(lists.stride(other(side))),
        hashes_(lists.hashes()),
        others_(others),
        row_bytes_(row_bytes),
        distant_(bytes > kNear) {}

  /// Calls use(row, list, size) with all matches of rows [first, first + count), once per hash in
  /// which they collide, in one order per row. Leaves out buckets that the lists set apart.
  template <class Use>
  void visit(int64_t first, int64_t count, const Use& use) {
    int64_t waiting = 0;  // matches of the row before
    for (int64_t r = 0; r < count; ++r) {
      const int64_t size = find(first + r, lists_[r % 2], [&](const int32_t* list, int64_t listed) {
        use(first + r, list, listed);
      });
      if (distant_)
        for (int64_t e = 0; e < size; ++e) fetch(lists_[r % 2][e]);
      if (waiting > 0) use(first + r - 1, lists_[1 - r % 2], waiting);
      waiting = size;
    }
    if (waiting > 0) use(first + count - 1, lists_[1 - count % 2], waiting);
  }

 private:
  static constexpr int64_t kNear = 1 << 20;  // bytes that stay in the second-level cache
  static constexpr int64_t kListed = 256;    // matches found before they are used

  void fetch(int32_t row) const {
    constexpr int64_t kLine = 64;
    for (int64_t at = 0; at < row_bytes_; at += kLine)
      __builtin_prefetch(others_ + row * row_bytes_ + at);
  }

  /// Lists a row's matches in `list`. Calls full(list, kListed) each time the list is full, and
  /// starts it again; returns the number of matches left in it.
  template <class Full>
  int64_t find(int64_t row, int32_t* list, const Full& full) const {
    const Stretch<Index>* found = found_ + row;
    const Index* order = order_;
    int64_t size = 0;
    for (int64_t hash = 0; hash < hashes_; ++hash) {
      const Index* bucket = order + found->begin;
      int64_t count = found->count;
      // Most buckets hold few rows: copying a fixed number spares an unpredictable branch.
      std::copy_n(bucket, kReadable, list + size);
      if (size + count > kListed) {
        for (; size + count > kListed; size = 0) {
          const int64_t part = kListed - size;
          std::copy_n(bucket, part, list + size);
          full(list, kListed);
          bucket += part;
          count -= part;
        }
        std::copy_n(bucket, count, list);
      } else if (count > kReadable) {
        std::copy_n(bucket, count, list + size);
      }
      size += count;
      found += found_stride_;
      order += order_stride_;
    }
    return size;
  }

  const Stretch<Index>* found_;
  const Index* order_;
  int64_t found_stride_, order_stride_, hashes_;
  const char* others_;
  int64_t row_bytes_;
  bool distant_;
  int32_t lists_[2][kListed + kReadable];
};

}  // namespace yoso::ops::cpu
