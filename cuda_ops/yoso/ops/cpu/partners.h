#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "yoso/ops/cpu/bucket_lists.h"
#include "yoso/ops/cpu/slots.h"

namespace yoso::ops::cpu {

/// The rows that meet one row in any hash, each once, with the number of hashes.
class Partners {
 public:
  explicit Partners(int64_t rows) : counts_(rows, 0), list_(rows + 1) {}

  /// Finds them for one row of `side`, in buckets that are enumerated.
  void collect(const Slots& slots, const BucketLists& lists, int64_t place, Side side,
               int64_t row) {
    size_ = 0;
    int32_t met[kMet + kCopied];
    int64_t met_size = 0;
    const uint16_t* slot = slots.of(side, place) + row;
    for (int64_t hash = 0; hash < slots.hashes(); ++hash, slot += slots.stride(side)) {
      const int32_t* offsets = lists.offsets(other(side), place, hash) + *slot;
      const int32_t* bucket = lists.order(other(side), place, hash) + offsets[0];
      const int64_t count = offsets[1] - offsets[0];
      if (count > kCopied) {
        add(bucket, count);
      } else {
        // Most buckets hold few rows: copying a fixed number spares an unpredictable branch.
        std::copy_n(bucket, kCopied, met + met_size);
        met_size += count;
        if (met_size > kMet - kCopied) {
          add(met, met_size);
          met_size = 0;
        }
      }
    }
    add(met, met_size);
  }

  /// To be called before the next row.
  void clear() {
    for (int64_t e = 0; e < size_; ++e) counts_[list_[e]] = 0;
  }

  /// The partners, [size], in the order in which they were met.
  const int32_t* list() const { return list_.data(); }
  /// Hashes in which they were met, by row.
  const int32_t* counts() const { return counts_.data(); }
  int64_t size() const { return size_; }

 private:
  static constexpr int64_t kMet = 256;  // rows met before they are counted
  static constexpr int64_t kCopied = BucketLists::kReadable;

  void add(const int32_t* partners, int64_t count) {
    for (int64_t e = 0; e < count; ++e) {
      list_[size_] = partners[e];
      size_ += counts_[partners[e]]++ == 0;
    }
  }

  std::vector<int32_t> counts_;  // by row
  std::vector<int32_t> list_;
  int64_t size_ = 0;
};

}  // namespace yoso::ops::cpu
