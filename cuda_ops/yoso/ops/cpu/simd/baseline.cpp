// The kernels for any processor the compiler's default target runs on.
#include "yoso/ops/cpu/simd/instantiate-inl.h"

namespace yoso::ops::cpu {

constinit const Kernels<float> kFloatBaseline = make_kernels<float>();
constinit const Kernels<double> kDoubleBaseline = make_kernels<double>();

}  // namespace yoso::ops::cpu
