#pragma once

#include <algorithm>
#include <cstdint>

#include "yoso/ops/cpu/bucket_lists.h"
#include "yoso/ops/cpu/slots.h"

namespace yoso::ops::cpu {

/// Finds the rows that rows of one side meet, hash by hash, one row ahead of their use, so that
/// they are on their way from the third-level cache when they are needed.
template <class Index>
class Partners {
 public:
  /// `others` are the rows of the other side, `row_bytes` each, `bytes` in all.
  Partners(const Slots& slots, const BucketLists<Index>& lists, int64_t place, Side side,
           const char* others, int64_t row_bytes, int64_t bytes)
      : slots_(slots),
        lists_(lists),
        place_(place),
        side_(side),
        others_(others),
        row_bytes_(row_bytes),
        distant_(bytes > kNear) {}

  /// use(row, list, size) for all partners of rows [first, first + count) in buckets that are
  /// enumerated, once per hash in which they meet, in one order per row.
  template <class Use>
  void visit(int64_t first, int64_t count, const Use& use) {
    int64_t waiting = 0;  // partners of the row before
    for (int64_t r = 0; r < count; ++r) {
      const int64_t size = find(first + r, met_[r % 2], [&](const int32_t* list, int64_t met) {
        use(first + r, list, met);
      });
      if (distant_)
        for (int64_t e = 0; e < size; ++e) fetch(met_[r % 2][e]);
      if (waiting > 0) use(first + r - 1, met_[1 - r % 2], waiting);
      waiting = size;
    }
    if (waiting > 0) use(first + count - 1, met_[1 - count % 2], waiting);
  }

 private:
  static constexpr int64_t kNear = 1 << 20;  // bytes that stay in the second-level cache
  static constexpr int64_t kMet = 256;       // rows met before they are used
  static constexpr int64_t kCopied = kReadable;

  void fetch(int32_t row) const {
    constexpr int64_t kLine = 64;
    for (int64_t at = 0; at < row_bytes_; at += kLine)
      __builtin_prefetch(others_ + row * row_bytes_ + at);
  }

  /// Lists a row's partners in `met` and returns their number; calls `full` for parts of kMet.
  template <class Full>
  int64_t find(int64_t row, int32_t* met, const Full& full) const {
    const uint16_t* slot = slots_.of(side_, place_) + row;
    int64_t size = 0;
    for (int64_t hash = 0; hash < slots_.hashes(); ++hash, slot += slots_.stride(side_)) {
      const Index* offsets = lists_.offsets(other(side_), place_, hash) + *slot;
      const Index* bucket = lists_.order(other(side_), place_, hash) + offsets[0];
      int64_t count = offsets[1] - offsets[0];
      // Most buckets hold few rows: copying a fixed number spares an unpredictable branch.
      std::copy_n(bucket, kCopied, met + size);
      while (count > kCopied) {
        const int64_t part = std::min(count, kMet - size);
        std::copy_n(bucket, part, met + size);
        full(met, size + part);
        size = 0;
        bucket += part;
        count -= part;
        std::copy_n(bucket, kCopied, met);
      }
      size += count;
      if (size > kMet - kCopied) {
        full(met, size);
        size = 0;
      }
    }
    return size;
  }

  const Slots& slots_;
  const BucketLists<Index>& lists_;
  int64_t place_;
  Side side_;
  const char* others_;
  int64_t row_bytes_;
  bool distant_;
  int32_t met_[2][kMet + kCopied];
};

}  // namespace yoso::ops::cpu
