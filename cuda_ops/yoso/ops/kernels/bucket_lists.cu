#include "yoso/ops/kernels/bucket_lists.h"
#include "yoso/ops/kernels/row_access.cuh"
#include "yoso/ops/kernels/warp.cuh"

// order = the valid rows sorted by (code, row); offsets[c] = |{i : code_i < c}|.
//
// A block sorts one hash of one head: counts, prefix sums, positions. Rows must come out in
// ascending order, since sums over a bucket must not depend on chance. So the warps write their
// rows in turn; within a warp a row's rank is the number of lower lanes with the same code.
// Shared memory holds the counts of 2^13 codes; more bits take several sweeps over the codes.
//
// compute_90: 32 registers a thread, no spills; at most 32 KB of shared memory.

namespace yoso::ops::kernels {
namespace {

constexpr int kThreads = 256, kWarps = kThreads / kWarpSize;
constexpr int kCounts = 8192;
constexpr int kItems = 4;  // rows of a thread in one turn

__device__ inline int code_of(const int32_t* codes, const bool* mask, int64_t row, int64_t length,
                              int bits) {
  return row < length && is_valid(mask, row) ? codes[row] & ((1 << bits) - 1) : -1;
}

/// counts[c] = base + Σ_{c' < c} counts[c'] for c < used. Returns the total with base.
__device__ int scan_counts(Shared<int> counts, Shared<int> warp_totals, int used, int base) {
  const int lane = lane_index(), warp = warp_index();
  const int span = (used + kThreads - 1) / kThreads * kWarpSize;  // counts of one warp
  int running = 0;
  for (int at = warp * span; at < (warp + 1) * span; at += kWarpSize) {
    const int c = at + lane;
    const int value = c < used ? static_cast<int>(counts[c]) : 0;
    const int sum = inclusive_scan(value);
    if (c < used) counts[c] = running + sum - value;
    running += __shfl_sync(kAllLanes, sum, kWarpSize - 1);
  }
  if (lane == 0) warp_totals[warp] = running;
  __syncthreads();
  int before = base, total = base;
  for (int w = 0; w < kWarps; ++w) {
    const int of_warp = warp_totals[w];
    if (w < warp) before += of_warp;
    total += of_warp;
  }
  for (int at = warp * span; at < (warp + 1) * span; at += kWarpSize) {
    const int c = at + lane;
    if (c < used) counts[c] += before;
  }
  __syncthreads();
  return total;
}

__global__ void __launch_bounds__(kThreads)
    sort_rows(HeadGroup heads, int64_t hashes, int bits, CodedRows rows, BucketLists lists) {
  const int64_t unit = blockIdx.x, head = unit / hashes;
  const int32_t* codes = rows.codes + (heads.first * hashes + unit) * rows.length;
  const bool* mask = head_mask(rows.mask, heads, head, rows.length);
  int32_t* order = lists.order + unit * lists.stride;
  uint16_t* sorted = lists.codes + unit * lists.stride;
  const int buckets = 1 << bits;
  int32_t* offsets = lists.offsets + unit * (buckets + 1);

  SharedArena arena;
  const Shared<int> counts = arena.take<int>(buckets < kCounts ? buckets : kCounts);
  const Shared<int> warp_totals = arena.take<int>(kWarps);
  const int lane = lane_index(), warp = warp_index();

  int base = 0;
  for (int first = 0; first < buckets; first += kCounts) {
    const int used = buckets - first < kCounts ? buckets - first : kCounts;
    for (int c = threadIdx.x; c < used; c += kThreads) counts[c] = 0;
    __syncthreads();
    for (int64_t i = threadIdx.x; i < rows.length; i += kThreads) {
      const int c = code_of(codes, mask, i, rows.length, bits) - first;
      if (c >= 0 && c < used) atomic_add(counts + c, 1);
    }
    __syncthreads();
    base = scan_counts(counts, warp_totals, used, base);
    for (int c = threadIdx.x; c < used; c += kThreads) offsets[first + c] = counts[c];
    __syncthreads();

    for (int64_t tile = 0; tile < rows.length; tile += kThreads * kItems) {
      const int64_t mine = tile + warp * (kWarpSize * kItems) + lane;
      int code[kItems];
      uint32_t peers[kItems];
#pragma unroll
      for (int k = 0; k < kItems; ++k) {
        const int c = code_of(codes, mask, mine + k * kWarpSize, rows.length, bits) - first;
        code[k] = c >= 0 && c < used ? c : -1;
        peers[k] = __match_any_sync(kAllLanes, code[k]);
      }
      for (int turn = 0; turn < kWarps; ++turn) {
        if (turn == warp) {
#pragma unroll
          for (int k = 0; k < kItems; ++k) {
            const int rank = __popc(peers[k] & ((1u << lane) - 1));
            const int begin = code[k] >= 0 ? static_cast<int>(counts[code[k]]) : 0;
            __syncwarp();
            if (code[k] >= 0) {
              order[begin + rank] = static_cast<int32_t>(mine + k * kWarpSize);
              sorted[begin + rank] = static_cast<uint16_t>(first + code[k]);
              if (rank == 0) counts[code[k]] = begin + __popc(peers[k]);
            }
            __syncwarp();
          }
        }
        __syncthreads();
      }
    }
  }
  if (threadIdx.x == 0) offsets[buckets] = base;
  // Readers load eight entries at once.
  for (int64_t at = base + static_cast<int>(threadIdx.x); at < lists.stride; at += kThreads) {
    order[at] = 0;
    sorted[at] = 0;
  }
}

}  // namespace

cudaError_t sort_into_buckets(const HeadGroup& heads, int64_t hashes, int bits,
                              const CodedRows& rows, const BucketLists& lists,
                              cudaStream_t stream) {
  const int64_t buckets = int64_t{1} << bits;
  const int64_t bytes = (buckets < kCounts ? buckets * 4 + 12 : kCounts * 4) + kWarps * 4;
  return launch(sort_rows, heads.count * hashes, kThreads, (bytes + 15) / 16 * 16, stream, heads,
                hashes, bits, rows, lists);
}

}  // namespace yoso::ops::kernels
