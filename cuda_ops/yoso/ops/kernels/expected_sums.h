#pragma once

#include "yoso/ops/kernels/pairs.h"
#include "yoso/ops/kernels/rows.h"

namespace yoso::ops::kernels {

/// Sums of the expected attention for the rows r of one side over all rows s of the other. Masked
/// rows s add nothing, masked rows r become zero.
struct ExpectedSums {
  enum class Sum {
    values,    // Σ_s p(x_r·x_s) y_s
    gradients  // factor · Σ_s p(x_r·x_s) w_rs (y_r·y_s) x_s
  };
  struct Side {
    Rows x, y;
    const bool* mask;  // [batch, length] or null
    int64_t length;
  };
  HeadGroup heads;
  Side to, from;  // to.y is not read for values
  int bits;
  Element element;  // of all rows and of the result
  Sum sum;
  PairWeight weight;
  float factor;
  void* result;  // contiguous [batch, heads, to.length, width of from.y or from.x]
};

cudaError_t expected_sums(const ExpectedSums& sums, cudaStream_t stream);

}  // namespace yoso::ops::kernels
