#pragma once

#include <cstdint>

#include "yoso/ops/cpu/bucket_lists.h"
#include "yoso/ops/cpu/row_access.h"
#include "yoso/ops/cpu/simd/kernels.h"
#include "yoso/ops/cpu/slots.h"

namespace yoso::ops::cpu {

/// Gradients of the sampled attention for query and key from its colliding pairs:
///   grad x_r = factor · Σ_s B̄_rs w_rs (y_r · z_s) x_s
/// where the rows r are queries (x = query, y = the result's gradient) and s keys (x = key, z =
/// value), or the other way round. Both directions are the same sum, each row is written by one
/// worker, and nothing is stored per pair.
template <class T>
struct PairGradients {
  RowReader x[2];           // query, key
  RowReader y[2];           // the result's gradient, value
  const RowWriter* out[2];  // null where not needed
  PairWeight weight;
  int64_t bits;
  T factor;

  /// Memory for one place.
  int64_t bytes_per_place(int64_t hashes, const RealRows& queries, const RealRows& keys) const;

  void run(const Slots& slots) const;

  BucketCost cost() const;
};

}  // namespace yoso::ops::cpu
