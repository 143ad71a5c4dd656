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

/// Gradients of the sampled attention for the rows r of one side, from the rows s of the other:
///   grad x_r = factor · Σ_m Σ_s [codes of r and s agree in hash m] w_rs (y_r · y_s) x_s
/// Crowded buckets are summed by crowded_bucket_sums into `crowded_sums`, all others pair by pair
/// by pair_gradients, which adds both and writes `grad`.
struct PairGradients {
  Places places;
  int64_t hashes;
  int bits;
  PairSide to, from;
  Element element;  // of all rows
  PairWeight weight;
  float factor;
  // A bucket of n rows here and m there is crowded when n·m > crowded_cost · (n + m).
  int64_t crowded_cost;
  int32_t* crowded_counts;  // [places, hashes]: crowded buckets, by count_crowded_buckets
  float* crowded_sums;      // [places, to.rows.length, width of x]; rows of a place without crowded
                            // buckets are not written
  void* grad;               // contiguous [batch, heads, to.rows.length, width of x]
};

/// The cost that makes both ways of summing a bucket about equal.
int64_t crowded_cost(PairWeight weight, int64_t x_width, int64_t y_width);

cudaError_t count_crowded_buckets(const PairGradients& pairs, cudaStream_t stream);
cudaError_t crowded_bucket_sums(const PairGradients& pairs, cudaStream_t stream);
cudaError_t pair_gradients(const PairGradients& pairs, cudaStream_t stream);

}  // namespace yoso::ops::kernels
