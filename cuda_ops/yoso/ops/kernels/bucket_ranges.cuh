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

enum class BucketMethod { pairs, tiles, whole };

__device__ inline BucketMethod bucket_method(const BucketMethods& methods, int64_t here,
                                             int64_t there) {
  const int64_t pairs = here * there, rows = here + there;
  return pairs <= methods.tile_cost * rows    ? BucketMethod::pairs
         : pairs <= methods.whole_cost * rows ? BucketMethod::tiles
                                              : BucketMethod::whole;
}

/// The method for one code of a list.
__device__ inline BucketMethod bucket_method(const PairGradients& p, int64_t list, int code) {
  return bucket_method(p.methods, bucket_range(p.to.lists, list, p.bits, code).count(),
                       bucket_range(p.from.lists, list, p.bits, code).count());
}

/// The hashes of one part.
struct HashPart {
  int64_t begin, end;
};

__device__ inline HashPart hash_part(const PairGradients& p, int part) {
  return {p.hashes * part / p.parts, p.hashes * (part + 1) / p.parts};
}

/// Sums of one part of a head's hashes, [to.rows.length, width of x].
__device__ inline float* part_sums(const PairGradients& p, int64_t head, int part) {
  return p.heavy_sums + (head * p.parts + part) * p.to.rows.length * p.to.x.width;
}

/// Whether one part has a heavy bucket, the same for all threads of the warp.
__device__ inline bool has_heavy(const PairGradients& p, int64_t head, int part) {
  const HashPart hashes = hash_part(p, part);
  bool any = false;
  for (int64_t hash = hashes.begin + threadIdx.x % 32; hash < hashes.end; hash += 32) {
    const HeavyCounts counts = p.heavy_counts[head * p.hashes + hash];
    any = any || counts.tiles > 0 || counts.whole > 0;
  }
  return __any_sync(0xffffffffu, any) != 0;
}

}  // namespace yoso::ops::kernels
