// The kernels for x86-64 with all of avx512.cpp, avx512bf16, amx-tile and amx-bf16 (flags in
// CMakeLists.txt); empty elsewhere.
#ifdef __AMX_BF16__
#include "yoso/ops/cpu/simd/amx-bucket-inl.h"
#include "yoso/ops/cpu/simd/amx-codes-inl.h"
#include "yoso/ops/cpu/simd/instantiate-inl.h"

namespace yoso::ops::cpu {
namespace {

constexpr Kernels<float> with_tiles() {
  Kernels<float> kernels = make_kernels<float>();
  kernels.hadamard_matrix = hadamard_matrix;
  kernels.matrix_codes = matrix_codes;
  kernels.bucket_gradient = tile_bucket_gradient;
  kernels.bucket_memory = tile_bucket_memory;
  return kernels;
}

}  // namespace

constinit const Kernels<float> kFloatAmx = with_tiles();

}  // namespace yoso::ops::cpu
#endif
