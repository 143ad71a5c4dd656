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
  template <class Use>
  void visit(const Slots& slots, const BucketLists& lists, int64_t place, Side side, int64_t row,
             const Use& use) {
    const uint16_t* slot = slots.of(side, place) + row;
    int64_t size = 0;
    for (int64_t hash = 0; hash < slots.hashes(); ++hash, slot += slots.stride(side)) {
      const int32_t* offsets = lists.offsets(other(side), place, hash) + *slot;
      const int32_t* bucket = lists.order(other(side), place, hash) + offsets[0];
      const int64_t count = offsets[1] - offsets[0];
      // Most buckets hold few rows: copying a fixed number spares an unpredictable branch.
      std::copy_n(bucket, kCopied, met_ + size);
      if (count > kCopied) {
        if (count > kMet - size) {
          if (size > 0) use(met_, size);
          size = 0;
        }
        if (count > kMet) {
          use(bucket, count);
          continue;
        }
        std::copy_n(bucket, count, met_ + size);
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
  static constexpr int64_t kCopied = BucketLists::kReadable;

  int32_t met_[kMet + kCopied];
};

}  // namespace yoso::ops::cpu
