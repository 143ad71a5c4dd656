#include <ATen/Version.h>

#include <string>

#include "yoso/ops/cpu/simd/kernels.h"

namespace yoso::ops::cpu {
namespace {

enum class Level { baseline, avx2, avx512 };

Level choose_level() {
#if defined(__x86_64__)
  const std::string capability = at::get_cpu_capability();
  if (capability.rfind("AVX512", 0) == 0) return Level::avx512;
  if (capability == "AVX2") return Level::avx2;
#endif
  return Level::baseline;
}

Level level() {
  static const Level chosen = choose_level();
  return chosen;
}

}  // namespace

template <>
const Kernels<float>& kernels<float>() {
#if defined(__x86_64__)
  if (level() == Level::avx512) return kFloatAvx512;
  if (level() == Level::avx2) return kFloatAvx2;
#endif
  return kFloatBaseline;
}

template <>
const Kernels<double>& kernels<double>() {
#if defined(__x86_64__)
  if (level() == Level::avx512) return kDoubleAvx512;
  if (level() == Level::avx2) return kDoubleAvx2;
#endif
  return kDoubleBaseline;
}

}  // namespace yoso::ops::cpu
