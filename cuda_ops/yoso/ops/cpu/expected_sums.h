#pragma once

#include <cstdint>

#include "yoso/ops/cpu/head_group.h"
#include "yoso/ops/cpu/row_access.h"
#include "yoso/ops/cpu/simd/kernels.h"
#include "yoso/ops/cpu/valid_rows.h"

namespace yoso::ops::cpu {

/// The dense sums of the expectation, in blocks; each row is written by one worker. With
/// p_rs = p(x_r · x_s) they are
///
///   sums_r   = Σ_s p_rs y_s                             queries: the result, keys: grad value
///   grad x_r = factor · Σ_s p_rs w_rs (y_r · y_s) x_s
///
/// where rows r are queries (x = query, y = the result's gradient) and rows s keys (x = key,
/// y = value), or the other way round.
template <class T>
struct ExpectedSums {
  const RowReader* x[2];     // query, key
  const RowReader* y[2];     // the result's gradient (null in the forward), value
  const RowWriter* sums[2];  // null where not needed
  const RowWriter* grad_x[2];
  PairWeight weight;
  int64_t bits;
  T factor;  // of grad_x

  /// For all heads of the batch.
  void run(const ValidRows& queries, const ValidRows& keys, int64_t batch, int64_t heads) const;
};

}  // namespace yoso::ops::cpu
