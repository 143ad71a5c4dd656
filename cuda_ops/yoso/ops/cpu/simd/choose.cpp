#include <ATen/Version.h>
#include <ATen/cpu/Utils.h>

#include <cstdlib>
#include <string>

#include "yoso/ops/cpu/simd/kernels.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace yoso::ops::cpu {
namespace {

enum class Level { baseline, avx2, avx512, amx };

#if defined(__x86_64__)
/// Whether the processor has AMX tiles and AVX-512 instructions for bfloat16, and the operating
/// system permits their use.
bool has_tiles() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned kBf16 = 1u << 22, kTile = 1u << 24, kAvx512Bf16 = 1u << 5;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0) return false;
  if ((d & kBf16) == 0 || (d & kTile) == 0) return false;
  if (__get_cpuid_count(7, 1, &a, &b, &c, &d) == 0 || (a & kAvx512Bf16) == 0) return false;
  return at::cpu::init_amx();
}
#endif

Level choose_level() {
#if defined(__x86_64__)
  const std::string capability = at::get_cpu_capability();
  // A capability named in the environment is taken as it is, without what the processor has beyond.
  if (capability.rfind("AVX512", 0) == 0)
    return std::getenv("ATEN_CPU_CAPABILITY") == nullptr && has_tiles() ? Level::amx
                                                                        : Level::avx512;
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
  if (level() == Level::amx) return kFloatAmx;
  if (level() == Level::avx512) return kFloatAvx512;
  if (level() == Level::avx2) return kFloatAvx2;
#endif
  return kFloatBaseline;
}

template <>
const Kernels<double>& kernels<double>() {
#if defined(__x86_64__)
  if (level() >= Level::avx512) return kDoubleAvx512;
  if (level() == Level::avx2) return kDoubleAvx2;
#endif
  return kDoubleBaseline;
}

}  // namespace yoso::ops::cpu
