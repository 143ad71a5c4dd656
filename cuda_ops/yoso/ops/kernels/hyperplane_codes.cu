#include "yoso/ops/kernels/codes.h"
#include "yoso/ops/kernels/row_access.cuh"
#include "yoso/ops/kernels/warp.cuh"

// bit t of code_m(i) = [planes_mt · x_i ≥ 0]
//
// A block takes 32 rows (a lane each) and 8 hashes (a warp each). Each product is one chain of
// additions over the columns, so that a code depends on its row and planes alone.
//
// compute_90: 96 registers a thread, no spills; 21 KB of shared memory.

namespace yoso::ops::kernels {
namespace {

constexpr int kRows = kWarpSize, kHashes = 8, kMaxBits = 16;
constexpr int kThreads = kWarpSize * kHashes;
constexpr int kColumns = 32;  // at a time
constexpr int kRowStride = kColumns + 4;

template <class T>
__global__ void __launch_bounds__(kThreads, 2)
    hash_by_planes(CodesProblem p, const float* planes, int64_t row_blocks, int64_t hash_blocks) {
  const int64_t head = blockIdx.x / hash_blocks / row_blocks;
  const int64_t first_row = blockIdx.x / hash_blocks % row_blocks * kRows;
  const int64_t first_hash = blockIdx.x % hash_blocks * kHashes;
  const int width = static_cast<int>(p.x.width), bits = p.bits;
  const HeadGroup all{p.heads, 0, p.batch * p.heads};
  const T* x = head_rows<T>(p.x, all, head);
  const bool* mask = head_mask(p.mask, all, head, p.length);
  const float* my_planes = planes + head % p.groups * p.hashes * bits * width;

  SharedArena arena;
  const Shared<float> rows = arena.take<float>(kRows * kRowStride);
  const Shared<float> block_planes = arena.take<float>(kHashes * kMaxBits * kColumns);
  const int lane = lane_index(), warp = warp_index(), thread = static_cast<int>(threadIdx.x);

  float products[kMaxBits] = {};
  for (int column = 0; column < width; column += kColumns) {
    for (int at = thread; at < kRows * kColumns; at += kThreads) {
      const int64_t row = first_row + at / kColumns;
      const int c = column + at % kColumns;
      const bool in = row < p.length && is_valid(mask, row) && c < width;
      rows[at / kColumns * kRowStride + at % kColumns] =
          in ? to_float(x[row * p.x.row_stride + c]) : 0.0f;
    }
    for (int at = thread; at < kHashes * kMaxBits * kColumns; at += kThreads) {
      const int c = column + at % kColumns, bit = at / kColumns % kMaxBits;
      const int64_t hash = first_hash + at / kColumns / kMaxBits;
      const bool in = hash < p.hashes && bit < bits && c < width;
      block_planes[at] = in ? my_planes[(hash * bits + bit) * width + c] : 0.0f;
    }
    __syncthreads();
    const int left = width - column, used = left < kColumns ? left : kColumns;
    for (int c = 0; c < used; c += 4) {
      float mine[4], plane[4];
      load_shared<4>(rows + (lane * kRowStride + c), mine);
#pragma unroll
      for (int bit = 0; bit < kMaxBits; ++bit) {
        if (bit >= bits) break;
        load_shared<4>(block_planes + ((warp * kMaxBits + bit) * kColumns + c), plane);
#pragma unroll
        for (int i = 0; i < 4; ++i) products[bit] += plane[i] * mine[i];
      }
    }
    __syncthreads();
  }
  const int64_t row = first_row + lane, hash = first_hash + warp;
  if (row >= p.length || hash >= p.hashes) return;
  int code = 0;
#pragma unroll
  for (int bit = 0; bit < kMaxBits; ++bit)
    if (bit < bits && products[bit] >= 0) code |= 1 << bit;
  p.codes[(head * p.hashes + hash) * p.length + row] = is_valid(mask, row) ? code : 0;
}

template <class T>
cudaError_t launch_planes(const CodesProblem& p, const float* planes, cudaStream_t stream) {
  const int64_t row_blocks = (p.length + kRows - 1) / kRows;
  const int64_t hash_blocks = (p.hashes + kHashes - 1) / kHashes;
  return launch(hash_by_planes<T>, p.batch * p.heads * row_blocks * hash_blocks, kThreads,
                4 * (kRows * kRowStride + kHashes * kMaxBits * kColumns), stream, p, planes,
                row_blocks, hash_blocks);
}

}  // namespace

cudaError_t hyperplane_codes(const CodesProblem& problem, const float* planes,
                             cudaStream_t stream) {
  return for_element(problem.element, [&](auto zero) {
    return launch_planes<decltype(zero)>(problem, planes, stream);
  });
}

}  // namespace yoso::ops::kernels
