#pragma once

#include <cstdint>

#include "yoso/ops/cpu/bucket_ids.h"
#include "yoso/ops/cpu/bucket_lists.h"
#include "yoso/ops/cpu/packed_rows.h"
#include "yoso/ops/cpu/row_access.h"
#include "yoso/ops/cpu/simd/kernels.h"

namespace yoso::ops::cpu {

/// The gradients of the sampled attention over colliding pairs, hash by hash:
///   grad value_j = sum_factor · Σ_i M B̄_ij g_i
///   grad x_r = grad_factor · Σ_s M B̄_rs w_rs (y_r · y_s) x_s
/// where rows r are queries (x = query, y = the result's gradient g) and rows s keys (x = key,
/// y = value), or the other way round. In light buckets every row gathers from its matches. The
/// sums of heavy buckets follow hash by hash, and within a hash a row is in one bucket. So each sum
/// has one order for any number of workers, and nothing is stored per pair.
template <class T>
struct PairGradients {
  const RowReader* x[2];        // query, key
  const RowReader* y[2];        // the result's gradient, value
  const RowWriter* grad_x[2];   // null where not needed
  const RowWriter* grad_value;  // null where not needed
  PairWeight weight;
  int64_t bits;
  T sum_factor;
  T grad_factor;

  /// Memory for one head, without the sums that wait for heavy buckets.
  int64_t bytes_per_head(int64_t hashes, const ValidRows& queries, const ValidRows& keys) const;

  void run(const BucketIds& ids) const;

 private:
  struct Accumulators;
  template <class Index>
  void run_with(const BucketIds& ids) const;
  template <class Index>
  void add_light(const HeadGroup& heads, const BucketLists<Index>& lists, const PackedRows rows[2],
                 Side side, Accumulators& sums) const;
  template <class Index>
  void add_heavy(const HeadGroup& heads, int64_t hashes, const BucketLists<Index>& lists,
                 const PackedRows rows[2], Accumulators& sums) const;

  Element stored() const { return stored_type<T>({x[kQuery], x[kKey], y[kQuery], y[kKey]}); }
  int64_t x_width() const { return packed_width(x[kKey]->width(), stored()); }
  int64_t y_width() const { return packed_width(y[kKey]->width(), stored()); }
  const RowWriter* sum(Side side) const { return side == kKey ? grad_value : nullptr; }
  bool needs(Side side) const { return sum(side) != nullptr || grad_x[side] != nullptr; }
};

}  // namespace yoso::ops::cpu
