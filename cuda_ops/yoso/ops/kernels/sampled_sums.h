#pragma once

#include "yoso/ops/kernels/bucket_lists.h"
#include "yoso/ops/kernels/rows.h"

namespace yoso::ops::kernels {

/// to_i = (1/M) Σ_m Σ_j [i and j collide in hash m] from_j: B̄ V with queries as receivers,
/// B̄ᵀ G with keys as receivers. Masked receivers become zero.
struct SampledSums {
  HeadGroup heads;
  int64_t hashes;
  int bits;
  CodedRows receivers;
  BucketLists sources;  // of the rows in `from`
  int64_t source_length;
  Rows from;
  void* to;  // contiguous [batch, heads, receivers.length, from.width]
  Element element;
};

cudaError_t sampled_sums(const SampledSums& sums, cudaStream_t stream);

}  // namespace yoso::ops::kernels
