#pragma once

#include "yoso/ops/kernels/rows.h"

namespace yoso::ops::kernels {

/// The arguments that both families of codes share. Groups of random numbers are row-major over
/// batch and head.
struct CodesProblem {
  Rows x;            // [batch, heads, length, head_dim]
  Element element;   // of x
  const bool* mask;  // [batch, length], true for a valid row, null: all are; others get code 0
  int64_t batch, heads, length;
  int64_t groups;  // 1, heads or batch · heads
  int64_t hashes;
  int bits;
  int32_t* codes;  // contiguous [batch, heads, hashes, length]
};

/// planes: float32, contiguous [groups, hashes, bits, head_dim].
cudaError_t hyperplane_codes(const CodesProblem& problem, const float* planes, cudaStream_t stream);

/// signs: ±1, contiguous [groups, passes, 3, dim]; dim a power of two, at least head_dim.
struct HadamardSigns {
  const int8_t* signs;
  int64_t passes;
  int64_t dim;
  float* workspace;  // hadamard_workspace(dim) elements
};

int64_t hadamard_workspace(int64_t dim);

cudaError_t hadamard_codes(const CodesProblem& problem, const HadamardSigns& signs,
                           cudaStream_t stream);

}  // namespace yoso::ops::kernels
