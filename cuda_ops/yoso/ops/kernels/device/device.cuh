#pragma once

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>

// What device.h promises, on a GPU. The simulator's counterpart is simulator/cuda_words.h.

namespace yoso::ops::kernels {

using bfloat16 = __nv_bfloat16;
using float16 = __half;

__device__ inline float to_float(float x) { return x; }
__device__ inline float to_float(bfloat16 x) { return __bfloat162float(x); }
__device__ inline float to_float(float16 x) { return __half2float(x); }

template <class T>
__device__ inline T from_float(float x);
template <>
__device__ inline float from_float<float>(float x) {
  return x;
}
template <>
__device__ inline bfloat16 from_float<bfloat16>(float x) {
  return __float2bfloat16_rn(x);
}
template <>
__device__ inline float16 from_float<float16>(float x) {
  return __float2half_rn(x);
}

/// A pointer into shared memory.
template <class T>
using Shared = T*;

__device__ inline char* dynamic_shared_memory() {
  extern __shared__ __align__(16) char memory[];
  return memory;
}

/// Hands out a block's dynamic shared memory, 16-byte aligned, in the order of the calls.
class SharedArena {
 public:
  template <class T>
  __device__ Shared<T> take(int64_t count) {
    T* const taken = reinterpret_cast<T*>(dynamic_shared_memory() + used_);
    used_ += static_cast<uint32_t>((count * sizeof(T) + 15) & ~size_t{15});
    return taken;
  }

 private:
  uint32_t used_ = 0;
};

/// kCount consecutive elements at an address that is a multiple of their size together.
template <int kCount>
__device__ inline void load_shared(Shared<const float> from, float* to) {
  if constexpr (kCount % 4 == 0) {
#pragma unroll
    for (int i = 0; i < kCount; i += 4) {
      const float4 four = *reinterpret_cast<const float4*>(from + i);
      to[i] = four.x, to[i + 1] = four.y, to[i + 2] = four.z, to[i + 3] = four.w;
    }
  } else if constexpr (kCount == 2) {
    const float2 two = *reinterpret_cast<const float2*>(from);
    to[0] = two.x, to[1] = two.y;
  } else {
#pragma unroll
    for (int i = 0; i < kCount; ++i) to[i] = from[i];
  }
}

template <int kCount>
__device__ inline void store_shared(Shared<float> to, const float* from) {
  if constexpr (kCount % 4 == 0) {
#pragma unroll
    for (int i = 0; i < kCount; i += 4)
      *reinterpret_cast<float4*>(to + i) =
          make_float4(from[i], from[i + 1], from[i + 2], from[i + 3]);
  } else {
#pragma unroll
    for (int i = 0; i < kCount; ++i) to[i] = from[i];
  }
}

/// 8 or 16 bytes from global memory at an address that is a multiple, in one instruction.
__device__ inline uint2 load_8_bytes(const void* from) {
  return *reinterpret_cast<const uint2*>(from);
}
__device__ inline uint4 load_16_bytes(const void* from) {
  return *reinterpret_cast<const uint4*>(from);
}
__device__ inline void store_16_bytes(void* to, uint4 bytes) {
  *reinterpret_cast<uint4*>(to) = bytes;
}

__device__ inline float bits_to_float(uint32_t bits) { return __uint_as_float(bits); }
__device__ inline uint32_t float_to_bits(float x) { return __float_as_uint(x); }
__device__ inline float half_bits_to_float(uint16_t bits) {
  return __half2float(__ushort_as_half(bits));
}

/// Two numbers as bfloat16, `low` in the low half.
__device__ inline uint32_t pack_bfloat16(float low, float high) {
  const __nv_bfloat162 pair = __floats2bfloat162_rn(low, high);
  return *reinterpret_cast<const uint32_t*>(&pair);
}

/// c += a b on tensor cores: a [16, 16] and b [16, 8] of bfloat16, c [16, 8] of float32, spread
/// over the warp. With r = lane / 4 and q = lane % 4 the lane holds
///   a[0] (r, 2q), (r, 2q+1)  a[1] (r+8, ..)  a[2] (r, 2q+8), (r, 2q+9)  a[3] (r+8, ..)
///   b[0] (2q, r), (2q+1, r)  b[1] (2q+8, r), (2q+9, r)
///   c[0] (r, 2q)  c[1] (r, 2q+1)  c[2], c[3] (r+8, ..)
__device__ inline void multiply_tiles(const uint32_t (&a)[4], const uint32_t (&b)[2],
                                      float (&c)[4]) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
      "{%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

__device__ inline int atomic_add(Shared<int> to, int value) { return atomicAdd(to, value); }

/// Returns the error and clears it, so that the next launch does not report it again.
inline cudaError_t reported(cudaError_t error) {
  if (error != cudaSuccess) cudaGetLastError();
  return error;
}

/// Shared memory a block may ask for on the current device, in bytes.
inline cudaError_t shared_memory_limit(int64_t* bytes) {
  int device = 0, limit = 0;
  cudaError_t error = cudaGetDevice(&device);
  if (error == cudaSuccess)
    error = cudaDeviceGetAttribute(&limit, cudaDevAttrMaxSharedMemoryPerBlockOptin, device);
  *bytes = limit;
  return reported(error);
}

/// Starts kernel(arguments) on `blocks` blocks of `threads` threads with dynamic shared memory.
template <class... Parameters, class... Arguments>
cudaError_t launch(void (*kernel)(Parameters...), int64_t blocks, int threads, int64_t shared_bytes,
                   cudaStream_t stream, const Arguments&... arguments) {
  if (blocks == 0) return cudaSuccess;
  if (blocks > 0x7fffffff) return cudaErrorInvalidConfiguration;
  if (shared_bytes > 48 * 1024) {
    // The most there is, not what this launch needs: a launch from another thread may need more.
    int64_t limit = 0;
    cudaError_t error = shared_memory_limit(&limit);
    if (error == cudaSuccess)
      error = cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                   static_cast<int>(limit));
    if (error != cudaSuccess) return reported(error);
  }
  kernel<<<static_cast<unsigned>(blocks), threads, static_cast<size_t>(shared_bytes), stream>>>(
      arguments...);
  return cudaGetLastError();
}

}  // namespace yoso::ops::kernels
