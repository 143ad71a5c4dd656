#include "yoso/runtime/vectorized.h"

namespace yoso::runtime {

VectorIsa widest_isa() {
#if defined(__x86_64__)
  static const VectorIsa isa = [] {
    __builtin_cpu_init();
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") &&
                        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                        __builtin_cpu_supports("avx512vl");
    return avx512 ? VectorIsa::avx512 : avx2 ? VectorIsa::avx2 : VectorIsa::baseline;
  }();
  return isa;
#else
  return VectorIsa::baseline;
#endif
}

}  // namespace yoso::runtime
