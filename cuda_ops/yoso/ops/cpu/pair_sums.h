#pragma once

#include <cstdint>

#include "yoso/ops/cpu/bucket_lists.h"
#include "yoso/ops/cpu/row_access.h"
#include "yoso/ops/cpu/simd/kernels.h"
#include "yoso/ops/cpu/slots.h"

namespace yoso::ops::cpu {

/// The sums of the sampled attention over colliding pairs, each hash's pairs for themselves:
///   sums_r   = sum_factor · Σ_s M B̄_rs y_s                        (the result; grad value for
///   keys) grad x_r = grad_factor · Σ_s M B̄_rs w_rs (y_r · y_s) x_s
/// where rows r are queries (x = query, y = the result's gradient) and rows s keys (x = key,
/// y = value), or the other way round. Every row gathers from its partners and is written by one
/// worker; nothing is stored per pair.
template <class T>
struct PairSums {
  const RowReader* x[2];     // query, key; null in the forward
  const RowReader* y[2];     // the result's gradient (null in the forward), value
  const RowWriter* sums[2];  // null where not needed
  const RowWriter* grad_x[2];
  PairWeight weight;
  int64_t bits;
  T sum_factor;
  T grad_factor;

  /// Memory for one place.
  int64_t bytes_per_place(int64_t hashes, const RealRows& queries, const RealRows& keys) const;

  void run(const Slots& slots) const;

 private:
  template <class Index>
  void run_with(const Slots& slots) const;
  Element stored() const;
  bool needs(Side side) const { return sums[side] != nullptr || grad_x[side] != nullptr; }
  BucketCost cost() const;
};

}  // namespace yoso::ops::cpu
