#pragma once

#include <cstdint>

#include "yoso/ops/cpu/bucket_ids.h"
#include "yoso/ops/cpu/row_access.h"

namespace yoso::ops::cpu {

/// The sampled attention: result_i = factor · Σ_m Σ_j value_j over the keys j in query i's bucket
/// of hash m. For a few hashes at a time the heavy buckets, of more than kFew keys, are added up
/// once; a query gathers the sums of its heavy buckets and the rows of its light ones, and is
/// written by one worker.
template <class T>
struct BucketSums {
  const RowReader* value;
  const RowWriter* result;
  int64_t bits;
  T factor;

  /// Memory for one head.
  int64_t bytes_per_head(int64_t hashes, const ValidRows& queries, const ValidRows& keys) const;

  void run(const BucketIds& ids) const;

 private:
  template <class Index>
  void run_with(const BucketIds& ids) const;
};

}  // namespace yoso::ops::cpu
