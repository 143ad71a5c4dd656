// The kernels for x86-64 with avx512f, bw, dq, vl and fma (flags in CMakeLists.txt); empty
// elsewhere.
#ifdef __AVX512F__
#include "yoso/ops/cpu/simd/instantiate-inl.h"

namespace yoso::ops::cpu {

constinit const Kernels<float> kFloatAvx512 = make_kernels<float>();
constinit const Kernels<double> kDoubleAvx512 = make_kernels<double>();

}  // namespace yoso::ops::cpu
#endif
