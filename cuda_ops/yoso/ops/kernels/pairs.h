#pragma once

#include "yoso/ops/kernels/bucket_lists.h"
#include "yoso/ops/kernels/rows.h"

namespace yoso::ops::kernels {

/// The weight w of a colliding pair beside its coefficient.
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

/// How the share of a bucket of n rows here and m there in the gradients is summed.
struct BucketMethods {
  // Pair by pair (pair_gradients) up to n·m = tile_cost · (n + m), ...
  int64_t tile_cost;
  // ... then in tiles on tensor cores (bucket_tiles) up to whole_cost · (n + m), ...
  int64_t whole_cost;
  // ... and what is larger as a whole (whole_buckets).
};

/// Buckets of one list that are not summed pair by pair.
struct CrowdedCounts {
  int32_t tiles, whole;
};

/// Gradients of the sampled attention for the rows r of one side, from the rows s of the other:
///   grad x_r = factor · Σ_m Σ_s [codes of r and s agree in hash m] w_rs (y_r · y_s) x_s
/// What bucket_tiles and whole_buckets sum they leave in `crowded_sums`; pair_gradients adds the
/// rest and writes `grad`. The calls must come in the order of their declarations.
struct PairGradients {
  Places places;
  int64_t hashes;
  int bits;
  PairSide to, from;
  Element element;  // of all rows
  PairWeight weight;
  float factor;
  BucketMethods methods;
  // The hashes are cut into so many parts, each with sums of its own: more blocks can work then.
  int parts;
  CrowdedCounts* crowded_counts;  // [places, hashes]
  // [places, parts, to.rows.length, width of x]; a part without a crowded bucket is not written.
  float* crowded_sums;
  void* grad;  // contiguous [batch, heads, to.rows.length, width of x]
};

/// Widest rows that bucket_tiles takes.
constexpr int64_t kTileColumns = 128;

/// Whether tiles suit: rows in bfloat16 that start at multiples of 16 bytes and hold whole groups
/// of eight columns, at most kTileColumns.
bool fits_bucket_tiles(const PairGradients& pairs);

/// The methods that are quickest for these rows; `methods` is not read.
BucketMethods bucket_methods(const PairGradients& pairs);

/// Fills crowded_counts; the same for both sides.
cudaError_t count_crowded_buckets(const PairGradients& pairs, cudaStream_t stream);
cudaError_t bucket_tiles(const PairGradients& pairs, cudaStream_t stream);
cudaError_t whole_buckets(const PairGradients& pairs, cudaStream_t stream);
cudaError_t pair_gradients(const PairGradients& pairs, cudaStream_t stream);

}  // namespace yoso::ops::kernels
