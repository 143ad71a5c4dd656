#pragma once

#include <math.h>

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "yoso/ops/kernels/simulator/block.h"
#include "yoso/ops/kernels/simulator/half.h"
#include "yoso/ops/kernels/simulator/shared_memory.h"

// CUDA's words, and what device.h promises beside them, for the simulator. The counterpart for a
// GPU is device/device.cuh.

#define __global__
#define __device__
#define __launch_bounds__(...)

struct uint3 {
  unsigned x = 0, y = 0, z = 0;
};
inline uint3 threadIdx, blockIdx, blockDim, gridDim;

struct uint2 {
  unsigned x, y;
};
struct uint4 {
  unsigned x, y, z, w;
};

inline void __syncthreads() { yoso::ops::kernels::simulator::block_barrier(); }

inline void __syncwarp(uint32_t mask = 0xffffffffu) {
  yoso::ops::kernels::simulator::meet_warp(yoso::ops::kernels::simulator::WarpOperation::barrier,
                                           mask, 0, 0);
}

template <class T>
T __shfl_sync(uint32_t mask, T value, int source, int width = 32) {
  static_assert(sizeof(T) <= sizeof(uint64_t) && std::is_trivially_copyable_v<T>);
  const int lane = static_cast<int>(threadIdx.x % 32), first = lane / width * width;
  uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof(T));
  bits = yoso::ops::kernels::simulator::meet_warp(
      yoso::ops::kernels::simulator::WarpOperation::shuffle, mask, bits,
      first + (source & (width - 1)));
  std::memcpy(&value, &bits, sizeof(T));
  return value;
}

template <class T>
T __shfl_xor_sync(uint32_t mask, T value, int lanes, int width = 32) {
  const int lane = static_cast<int>(threadIdx.x % 32);
  return __shfl_sync(mask, value, (lane ^ lanes) & (width - 1), width);
}

/// The value of the lane `delta` below; its own where there is none.
template <class T>
T __shfl_up_sync(uint32_t mask, T value, unsigned delta, int width = 32) {
  const int lane = static_cast<int>(threadIdx.x % 32) & (width - 1);
  const int from = lane - static_cast<int>(delta);
  return __shfl_sync(mask, value, from < 0 ? lane : from, width);
}

template <class T>
T __shfl_down_sync(uint32_t mask, T value, unsigned delta, int width = 32) {
  const int lane = static_cast<int>(threadIdx.x % 32) & (width - 1);
  const int from = lane + static_cast<int>(delta);
  return __shfl_sync(mask, value, from >= width ? lane : from, width);
}

inline uint32_t __ballot_sync(uint32_t mask, int predicate) {
  return static_cast<uint32_t>(yoso::ops::kernels::simulator::meet_warp(
      yoso::ops::kernels::simulator::WarpOperation::ballot, mask, predicate != 0, 0));
}
inline int __any_sync(uint32_t mask, int predicate) { return __ballot_sync(mask, predicate) != 0; }

inline uint32_t __match_any_sync(uint32_t mask, int value) {
  return static_cast<uint32_t>(yoso::ops::kernels::simulator::meet_warp(
      yoso::ops::kernels::simulator::WarpOperation::match, mask,
      static_cast<uint64_t>(static_cast<uint32_t>(value)), 0));
}

inline int __popc(uint32_t bits) { return __builtin_popcount(bits); }
inline int __ffs(int bits) { return __builtin_ffs(bits); }

using cudaStream_t = struct CUstream_st*;

enum cudaError_t { cudaSuccess = 0, cudaErrorInvalidValue = 1, cudaErrorLaunchFailure = 719 };

namespace yoso::ops::kernels {

template <class Words>
Words load_words(const void* from) {
  Words words;
  if (reinterpret_cast<uintptr_t>(from) % sizeof(words) != 0)
    simulator::fail("%d bytes at an address that is no multiple", static_cast<int>(sizeof(words)));
  std::memcpy(&words, from, sizeof(words));
  return words;
}
inline uint2 load_8_bytes(const void* from) { return load_words<uint2>(from); }
inline uint4 load_16_bytes(const void* from) { return load_words<uint4>(from); }

inline void store_16_bytes(void* to, uint4 bytes) {
  if (reinterpret_cast<uintptr_t>(to) % 16 != 0)
    simulator::fail("16 bytes at an address that is no multiple");
  std::memcpy(to, &bytes, sizeof(bytes));
}

inline uint32_t pack_bfloat16(float low, float high) {
  return from_float<bfloat16>(low).bits | static_cast<uint32_t>(from_float<bfloat16>(high).bits)
                                              << 16;
}

/// c += a b as tensor cores do it (see device/device.cuh for who holds what), in plain words.
void multiply_tiles(const uint32_t (&a)[4], const uint32_t (&b)[2], float (&c)[4]);

inline cudaError_t shared_memory_limit(int64_t* bytes) {
  *bytes = simulator::settings().shared_memory_limit;
  return cudaSuccess;
}

template <class... Parameters, class... Arguments>
cudaError_t launch(void (*kernel)(Parameters...), int64_t blocks, int threads, int64_t shared_bytes,
                   cudaStream_t, const Arguments&... arguments) {
  if (blocks == 0) return cudaSuccess;
  const bool ok = simulator::run_grid({blocks, threads, shared_bytes},
                                      [&] { kernel(Parameters(arguments)...); });
  return ok ? cudaSuccess : cudaErrorLaunchFailure;
}

}  // namespace yoso::ops::kernels
