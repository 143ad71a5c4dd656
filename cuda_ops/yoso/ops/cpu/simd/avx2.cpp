// The kernels for x86-64 with avx2 and fma (flags in CMakeLists.txt); empty elsewhere.
#ifdef __AVX2__
#include "yoso/ops/cpu/simd/instantiate-inl.h"

namespace yoso::ops::cpu {

constinit const Kernels<float> kFloatAvx2 = make_kernels<float>();
constinit const Kernels<double> kDoubleAvx2 = make_kernels<double>();

}  // namespace yoso::ops::cpu
#endif
