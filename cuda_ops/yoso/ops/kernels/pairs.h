#pragma once

#include "yoso/ops/kernels/bucket_lists.h"
#include "yoso/ops/kernels/rows.h"

namespace yoso::ops::kernels {

/// The weight w of a colliding pair.
enum class PairWeight {
  constant,  // 1
  exact      // bits / ((π − θ) sin θ), θ the arccos of x_r·x_s clamped to ±(1 − 1e-4)
};

/// One side of the pairs: x is query or key, y the result's gradient or value.
struct PairSide {
  Rows x, y;
  CodedRows rows;
  BucketLists lists;
};

/// How a bucket of n rows on one side and m on the other is summed: pair by pair (pair_gradients)
/// where n·m ≤ tile_cost · (n + m). Other buckets are heavy: they are summed in tiles on tensor
/// cores (bucket_tiles) where n·m ≤ whole_cost · (n + m), else as a whole (whole_buckets).
struct BucketMethods {
  int64_t tile_cost;
  int64_t whole_cost;
};

/// The number of heavy buckets of one list, by method.
struct HeavyCounts {
  int32_t tiles, whole;
};

/// Gradients of the sampled attention for the rows r of one side, from the rows s of the other:
///   grad x_r = factor · Σ_m Σ_s [r and s collide in hash m] w_rs (y_r · y_s) x_s
/// bucket_tiles and whole_buckets leave the sums of heavy buckets in `heavy_sums`; pair_gradients
/// adds those of the other buckets and writes `grad`. The calls must come in the order of their
/// declarations.
struct PairGradients {
  HeadGroup heads;
  int64_t hashes;
  int bits;
  PairSide to, from;
  Element element;  // of all rows
  PairWeight weight;
  float factor;
  BucketMethods methods;
  // The hashes are cut into so many parts, each with sums of its own, so that more blocks can work.
  int parts;
  HeavyCounts* heavy_counts;  // [heads, hashes]
  // [heads, parts, to.rows.length, width of x]; a part without a heavy bucket is not written.
  float* heavy_sums;
  void* grad;  // contiguous [batch, heads, to.rows.length, width of x]
};

/// Widest rows that bucket_tiles takes.
constexpr int64_t kTileColumns = 128;

/// Whether tiles suit: rows in bfloat16 that start at multiples of 16 bytes and hold whole groups
/// of eight columns, at most kTileColumns.
bool fits_bucket_tiles(const PairGradients& pairs);

/// The methods that are quickest for these rows; `methods` is not read.
BucketMethods bucket_methods(const PairGradients& pairs);

/// Fills heavy_counts; the same for both sides.
cudaError_t count_heavy_buckets(const PairGradients& pairs, cudaStream_t stream);
cudaError_t bucket_tiles(const PairGradients& pairs, cudaStream_t stream);
cudaError_t whole_buckets(const PairGradients& pairs, cudaStream_t stream);
cudaError_t pair_gradients(const PairGradients& pairs, cudaStream_t stream);

}  // namespace yoso::ops::kernels
