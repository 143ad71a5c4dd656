#pragma once

#include <algorithm>
#include <cstdint>

#include "yoso/ops/cpu/bucket_lists.h"
#include "yoso/ops/cpu/slots.h"

namespace yoso::ops::cpu {

/// Finds the rows that one row meets, hash by hash.
class Partners {
 public:
  /// use(list, size) for all partners of one row of `side` in buckets that are enumerated, once per
  /// hash in which they meet.
  template <class Index, class Use>
  void visit(const Slots& slots, const BucketLists<Index>& lists, int64_t place, Side side,
             int64_t row, const Use& use) {
    const uint16_t* slot = slots.of(side, place) + row;
    int64_t size = 0;
    for (int64_t hash = 0; hash < slots.hashes(); ++hash, slot += slots.stride(side)) {
      const Index* offsets = lists.offsets(other(side), place, hash) + *slot;
      const Index* bucket = lists.order(other(side), place, hash) + offsets[0];
      int64_t count = offsets[1] - offsets[0];
      // Most buckets hold few rows: copying a fixed number spares an unpredictable branch.
      std::copy_n(bucket, kCopied, met_ + size);
      while (count > kCopied) {
        const int64_t part = std::min(count, kMet - size);
        std::copy_n(bucket, part, met_ + size);
        use(met_, size + part);
        size = 0;
        bucket += part;
        count -= part;
        std::copy_n(bucket, kCopied, met_);
      }
      size += count;
      if (size > kMet - kCopied) {
        use(met_, size);
        size = 0;
      }
    }
    if (size > 0) use(met_, size);
  }

 private:
  static constexpr int64_t kMet = 256;  // rows met before they are used
  static constexpr int64_t kCopied = kReadable;

  int32_t met_[kMet + kCopied];
};

}  // namespace yoso::ops::cpu
