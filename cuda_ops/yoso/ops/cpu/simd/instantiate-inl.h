#pragma once

#include "yoso/ops/cpu/simd/bucket-inl.h"
#include "yoso/ops/cpu/simd/codes-inl.h"
#include "yoso/ops/cpu/simd/collision-inl.h"
#include "yoso/ops/cpu/simd/convert-inl.h"
#include "yoso/ops/cpu/simd/exact-pairs-inl.h"
#include "yoso/ops/cpu/simd/matrix-inl.h"
#include "yoso/ops/cpu/simd/pairs-inl.h"
#include "yoso/ops/cpu/simd/sums-inl.h"

namespace yoso::ops::cpu {
namespace {

/// The table of everything above for one element type, under the flags of the including file.
template <class T>
constexpr Kernels<T> make_kernels() {
  return {widen<T>,
          narrow<T>,
          transpose_rows<T>,
          narrow_codes,
          multiply<T>,
          hadamard_codes<T>,
          hyperplane_codes<T>,
          pair_sum<T>,
          row_sum<T>,
          order_columns<T>,
          bucket_gradient<T>,
          bucket_memory<T>,
          collision_probability<T>,
          collision_gradient<T>,
          kernel_values<T>,
          cell_weights<T>,
          cell_gradient<T>,
          pair_products<T>,
          pair_combination<T>,
          pair_weights<T>,
          largest_scores<T>};
}

}  // namespace
}  // namespace yoso::ops::cpu
