#pragma once

#include "yoso/ops/kernels/pairs.h"

namespace yoso::ops::kernels {

/// Where the rows of one code lie in a list.
struct BucketRange {
  int begin, end;
  __device__ int count() const { return end - begin; }
};

__device__ inline BucketRange bucket_range(const BucketLists& lists, int64_t list, int bits,
                                           int code) {
  const int32_t* offsets = lists.offsets + list * ((1 << bits) + 1) + code;
  return {offsets[0], offsets[1]};
}

__device__ inline bool is_crowded(int64_t here, int64_t there, int64_t cost) {
  return here * there > cost * (here + there);
}

}  // namespace yoso::ops::kernels
