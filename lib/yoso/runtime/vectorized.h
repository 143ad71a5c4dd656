#pragma once

#include <cstdint>

namespace yoso::runtime {

/// The instruction sets that loops are compiled for.
enum class VectorIsa { baseline, avx2, avx512 };

/// The widest one that this processor supports.
VectorIsa widest_isa();

#if defined(__x86_64__)
template <class Work>
__attribute__((target("avx2,fma"))) void run_avx2(const Work& work, int64_t begin, int64_t end) {
  work(begin, end);
}
template <class Work>
__attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,prefer-vector-width=512"))) void
run_avx512(const Work& work, int64_t begin, int64_t end) {
  work(begin, end);
}
#endif

/// Calls work(begin, end) in code for this processor's widest vectors. `work` is a lambda marked
/// `__attribute__((always_inline))`, so that its loops are compiled once for each instruction set.
template <class Work>
void vectorized(const Work& work, int64_t begin, int64_t end) {
#if defined(__x86_64__)
  switch (widest_isa()) {
    case VectorIsa::avx512:
      return run_avx512(work, begin, end);
    case VectorIsa::avx2:
      return run_avx2(work, begin, end);
    case VectorIsa::baseline:
      break;
  }
#endif
  work(begin, end);
}

}  // namespace yoso::runtime
