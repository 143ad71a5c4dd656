#include "yoso/ops/kernels/codes.h"
#include "yoso/ops/kernels/row_access.cuh"
#include "yoso/ops/kernels/warp.cuh"

// Pass p: y = W S₃ W S₂ W S₁ x with S diagonal ±1 and W the ±1 Walsh-Hadamard matrix of `dim` rows.
// Number b = p·C + c of the hashes·bits bits is [y_c ≥ 0]; it is bit (b div hashes) of the code of
// hash (b mod hashes).
//
// Up to 2048 columns a row lives in the registers of `lanes` threads, 64 columns each, so that most
// of the transform needs no exchange; signs come from shared memory, where all rows read the same.
// A block's rows belong to one head, so to one group of signs.
//
// compute_90: 104 to 168 registers a thread, no spills; 33 KB of shared memory.

namespace yoso::ops::kernels {
namespace {

constexpr int kThreads = 128;
constexpr int kLongestInRegisters = 64 * kWarpSize;
constexpr int kBitWords = 64;  // words of bits a thread keeps before it adds them to codes

/// How the bits lie in the passes.
struct BitLayout {
  int64_t bits_per_pass;  // C
  int lanes;              // of a row
};

__device__ inline BitLayout bit_layout(const CodesProblem& p, const HadamardSigns& s, int lanes) {
  return {(p.hashes * p.bits + s.passes - 1) / s.passes, lanes};
}

/// y = W y over the thread's E columns and those of the other lanes of its row.
template <int E>
__device__ inline void transform(float (&y)[E], int64_t dim, int lanes) {
#pragma unroll
  for (int step = 1; step < E; step *= 2) {
    if (step >= dim) break;
#pragma unroll
    for (int i = 0; i < E; ++i) {
      if (i & step) continue;
      const float low = y[i], high = y[i + step];
      y[i] = low + high;
      y[i + step] = low - high;
    }
  }
  for (int lane = 1; lane < lanes; lane *= 2) {
    const float sign = threadIdx.x & lane ? -1.0f : 1.0f;
#pragma unroll
    for (int i = 0; i < E; ++i) y[i] = __shfl_xor_sync(kAllLanes, y[i], lane) + sign * y[i];
  }
}

template <class T, int E>
__global__ void __launch_bounds__(kThreads, 3)
    hash_in_registers(CodesProblem p, HadamardSigns s, int lanes, int64_t blocks_per_head) {
  constexpr int kWords = E > 32 ? E / 32 : 1;
  const int rows_per_block = kThreads / lanes;
  const int thread = static_cast<int>(threadIdx.x), lane = thread % lanes;
  const int64_t head = blockIdx.x / blocks_per_head;
  const int64_t row = blockIdx.x % blocks_per_head * rows_per_block + thread / lanes;
  const HeadGroup all{p.heads, 0, p.batch * p.heads};
  const bool in = row < p.length && is_valid(head_mask(p.mask, all, head, p.length), row);
  const T* first_row = head_rows<T>(p.x, all, head);
  const bool by_eight = reads_by_eight(first_row, p.x.row_stride, p.x.width);
  const T* x = first_row + row * p.x.row_stride;
  const int8_t* signs = s.signs + head % p.groups * s.passes * 3 * s.dim;
  const BitLayout layout = bit_layout(p, s, lanes);

  SharedArena arena;
  const Shared<float> pass_signs = arena.take<float>(3 * E * lanes);
  const Shared<uint32_t> words = arena.take<uint32_t>(kBitWords * kThreads);
  constexpr int kPasses = kBitWords / kWords;  // whose bits are kept
  for (int64_t begin = 0; begin < s.passes; begin += kPasses) {
    const int64_t left = s.passes - begin;
    const int passes = static_cast<int>(left < kPasses ? left : kPasses);
    for (int pass = 0; pass < passes; ++pass) {
      for (int at = thread; at < 3 * E * lanes; at += kThreads) {
        const int round = at / (E * lanes), column = at % (E * lanes);
        pass_signs[at] =
            column < s.dim
                ? static_cast<float>(signs[((begin + pass) * 3 + round) * s.dim + column])
                : 0.0f;
      }
      __syncthreads();
      float y[E];
#pragma unroll
      for (int c = 0; c < E; c += 8) {
        float eight[8] = {};
        if (in) load_eight(x, lane * E + c, p.x.width, by_eight, eight);
#pragma unroll
        for (int i = 0; i < 8; ++i) y[c + i] = eight[i];
      }
#pragma unroll
      for (int round = 0; round < 3; ++round) {
#pragma unroll
        for (int c = 0; c < E; c += 4) {
          float four[4];
          load_shared<4>(pass_signs + ((round * lanes + lane) * E + c), four);
#pragma unroll
          for (int i = 0; i < 4; ++i) y[c + i] *= four[i];
        }
        transform<E>(y, s.dim, lanes);
      }
#pragma unroll
      for (int w = 0; w < kWords; ++w) {
        uint32_t word = 0;
#pragma unroll
        for (int i = 0; i < 32 && w * 32 + i < E; ++i)
          word |= static_cast<uint32_t>(y[w * 32 + i] >= 0) << i;
        words[(pass * kWords + w) * kThreads + thread] = word;
      }
      __syncthreads();
    }
    if (row < p.length) {
      for (int64_t hash = lane; hash < p.hashes; hash += lanes) {
        int32_t* const to = p.codes + (head * p.hashes + hash) * p.length + row;
        int32_t code = begin == 0 || !in ? 0 : *to;
        int64_t pass = hash / layout.bits_per_pass - begin, c = hash % layout.bits_per_pass;
        const int64_t passes_on = p.hashes / layout.bits_per_pass;
        const int64_t columns_on = p.hashes % layout.bits_per_pass;
        for (int bit = 0; bit < p.bits; ++bit) {
          if (in && pass >= 0 && pass < passes) {
            const int column = static_cast<int>(c), owner = column / E, at = column % E;
            const uint32_t word = words[(static_cast<int>(pass) * kWords + at / 32) * kThreads +
                                        thread - lane + owner];
            code |= static_cast<int32_t>(word >> (at % 32) & 1) << bit;
          }
          pass += passes_on;
          c += columns_on;
          if (c >= layout.bits_per_pass) {
            c -= layout.bits_per_pass;
            ++pass;
          }
        }
        *to = code;
      }
    }
    __syncthreads();
  }
}

constexpr int kLongBlocks = 256;

/// Rows of any length, a block each, in global memory.
template <class T>
__global__ void __launch_bounds__(kThreads, 4) hash_long_rows(CodesProblem p, HadamardSigns s) {
  float* const y = s.workspace + blockIdx.x * s.dim;
  const HeadGroup all{p.heads, 0, p.batch * p.heads};
  const BitLayout layout = bit_layout(p, s, 1);
  for (int64_t at = blockIdx.x; at < all.count * p.length; at += gridDim.x) {
    const int64_t head = at / p.length, row = at % p.length;
    const bool in = is_valid(head_mask(p.mask, all, head, p.length), row);
    const T* x = head_rows<T>(p.x, all, head) + row * p.x.row_stride;
    int32_t* const codes = p.codes + head * p.hashes * p.length + row;
    for (int64_t hash = threadIdx.x; hash < p.hashes; hash += kThreads) codes[hash * p.length] = 0;
    for (int64_t pass = 0; in && pass < s.passes; ++pass) {
      const int8_t* signs = s.signs + (head % p.groups * s.passes + pass) * 3 * s.dim;
      for (int round = 0; round < 3; ++round, signs += s.dim) {
        for (int64_t c = threadIdx.x; c < s.dim; c += kThreads) {
          const float value = round > 0 ? y[c] : c < p.x.width ? to_float(x[c]) : 0.0f;
          y[c] = static_cast<float>(signs[c]) * value;
        }
        __syncthreads();
        for (int64_t step = 1; step < s.dim; step *= 2) {
          for (int64_t k = threadIdx.x; k < s.dim / 2; k += kThreads) {
            const int64_t i = k / step * 2 * step + k % step;
            const float low = y[i], high = y[i + step];
            y[i] = low + high;
            y[i + step] = low - high;
          }
          __syncthreads();
        }
      }
      const int64_t first = pass * layout.bits_per_pass;
      for (int64_t hash = threadIdx.x; hash < p.hashes; hash += kThreads) {
        for (int bit = 0; bit < p.bits; ++bit) {
          const int64_t c = bit * p.hashes + hash - first;
          if (c >= 0 && c < layout.bits_per_pass && y[c] >= 0) codes[hash * p.length] |= 1 << bit;
        }
      }
      __syncthreads();
    }
  }
}

template <class T, int E>
cudaError_t launch_registers(const CodesProblem& p, const HadamardSigns& s, cudaStream_t stream) {
  const int lanes = s.dim > E ? static_cast<int>(s.dim / E) : 1, rows = kThreads / lanes;
  const int64_t blocks = (p.length + rows - 1) / rows;
  return launch(hash_in_registers<T, E>, p.batch * p.heads * blocks, kThreads,
                4 * (3 * E * lanes + kBitWords * kThreads), stream, p, s, lanes, blocks);
}

template <class T>
cudaError_t launch_hadamard(const CodesProblem& p, const HadamardSigns& s, cudaStream_t stream) {
  if (s.dim <= 16) return launch_registers<T, 16>(p, s, stream);
  if (s.dim == 32) return launch_registers<T, 32>(p, s, stream);
  if (s.dim <= kLongestInRegisters) return launch_registers<T, 64>(p, s, stream);
  const int64_t rows = p.batch * p.heads * p.length;
  return launch(hash_long_rows<T>, rows < kLongBlocks ? rows : kLongBlocks, kThreads, 0, stream, p,
                s);
}

}  // namespace

int64_t hadamard_workspace(int64_t dim) {
  return dim <= kLongestInRegisters ? 0 : kLongBlocks * dim;
}

cudaError_t hadamard_codes(const CodesProblem& problem, const HadamardSigns& signs,
                           cudaStream_t stream) {
  return for_element(problem.element, [&](auto zero) {
    return launch_hadamard<decltype(zero)>(problem, signs, stream);
  });
}

}  // namespace yoso::ops::kernels
