#include "benchmark/support/machine.h"

#include <ATen/Parallel.h>

#include <fstream>

namespace yoso::bench {
namespace {

/// The widest vector instructions of this processor: "AVX-512 BF16", "AVX-512", "AVX2", "NEON", ...
std::string vector_isa() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bf16"))
    return "AVX-512 BF16";
  if (__builtin_cpu_supports("avx512f")) return "AVX-512";
  if (__builtin_cpu_supports("avx2")) return "AVX2";
  return "SSE2";
#elif defined(__aarch64__)
  return "NEON";
#else
  return "scalar";
#endif
}

}  // namespace

std::string describe_machine() {
  std::ifstream info("/proc/cpuinfo");
  std::string model = "unknown processor";
  for (std::string line; std::getline(info, line);) {
    if (!line.starts_with("model name")) continue;
    model = line.substr(line.find(':') + 2);
    break;
  }
  return model + ", " + vector_isa() + ", " + std::to_string(at::get_num_threads()) + " threads";
}

}  // namespace yoso::bench
