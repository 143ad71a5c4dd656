#include "yoso/ops/kernels/bucket_ranges.cuh"
#include "yoso/ops/kernels/warp.cuh"

// heavy_counts[head, hash] = the number of heavy buckets, by method.

namespace yoso::ops::kernels {
namespace {

constexpr int kCountThreads = 256;

__global__ void __launch_bounds__(kCountThreads) count_heavy(PairGradients p) {
  const int64_t list = blockIdx.x;
  int tiles = 0, whole = 0;
  for (int code = threadIdx.x; code < 1 << p.bits; code += kCountThreads) {
    const BucketMethod method = bucket_method(p, list, code);
    tiles += method == BucketMethod::tiles;
    whole += method == BucketMethod::whole;
  }
  SharedArena arena;
  const Shared<int> warp_totals = arena.take<int>(kCountThreads / kWarpSize * 2);
  const int tiles_to = inclusive_scan(tiles), whole_to = inclusive_scan(whole);
  if (lane_index() == kWarpSize - 1) {
    warp_totals[2 * warp_index()] = tiles_to;
    warp_totals[2 * warp_index() + 1] = whole_to;
  }
  __syncthreads();
  if (threadIdx.x != 0) return;
  HeavyCounts all{0, 0};
  for (int w = 0; w < kCountThreads / kWarpSize; ++w) {
    all.tiles += warp_totals[2 * w];
    all.whole += warp_totals[2 * w + 1];
  }
  p.heavy_counts[list] = all;
}

}  // namespace

bool fits_bucket_tiles(const PairGradients& p) {
  if (p.element != Element::bfloat16 || p.to.x.width > kTileColumns || p.to.y.width > kTileColumns)
    return false;
  for (const Rows* rows : {&p.to.x, &p.to.y, &p.from.x, &p.from.y}) {
    if (rows->width % 8 != 0 || reinterpret_cast<uintptr_t>(rows->data) % 16 != 0) return false;
    for (int64_t stride : {rows->batch_stride, rows->head_stride, rows->row_stride})
      if (stride % 8 != 0) return false;
  }
  return true;
}

BucketMethods bucket_methods(const PairGradients& p) {
  const int64_t x = p.to.x.width, y = p.to.y.width;
  constexpr int64_t kNever = int64_t{1} << 30;
  const bool exact = p.weight == PairWeight::exact;
  // With tensor cores a bucket of 8 rows a side is worth a tile. The matrix of a whole bucket costs
  // x·y a row on ordinary cores, where tiles cost (x + y) a pair at several times the rate.
  if (fits_bucket_tiles(p)) return {4, exact ? kNever : 8 * x * y / (x + y) + 16};
  // Without: pairs cost x + y columns each; tiles of 32 rows (exact weight) are half full at 16.
  const int64_t cost = exact ? 16 : x * y / (x + y);
  return {cost < 8 ? 8 : cost, cost < 8 ? 8 : cost};
}

cudaError_t count_heavy_buckets(const PairGradients& pairs, cudaStream_t stream) {
  return launch(count_heavy, pairs.heads.count * pairs.hashes, kCountThreads,
                kCountThreads / kWarpSize * 8, stream, pairs);
}

}  // namespace yoso::ops::kernels
