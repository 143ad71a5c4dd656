#include "yoso/ops/kernels/bucket_ranges.cuh"
#include "yoso/ops/kernels/collision.cuh"
#include "yoso/ops/kernels/pair_tiles.cuh"
#include "yoso/ops/kernels/warp.cuh"

// What the heaviest buckets add to grad x_r, without `factor`:
//   constant weight:  Σ_s (y_r·y_s) x_s = y_r · H,  H = Σ_s y_s x_sᵀ  [width of y, width of x]
//   exact weight:     Σ_s w_rs (y_r·y_s) x_s, 32 × 32 pairs at a time
//
// A block owns 64 columns of x for some hashes of one head, and goes through hashes and codes in
// order, so that every sum has one order and no atomics.
//
// compute_90: 116 registers a thread (138 with exact weights), no spills; 35 KB of shared memory.

namespace yoso::ops::kernels {
namespace {

constexpr int kFactorStride = kTileRows + 1;
constexpr int kMatrixPart = 4;  // rows and columns of H that a thread sums

template <class T>
struct WholeBucketBlock {
  const PairGradients& p;
  float* part;  // [to.rows.length, width of x]
  int column;   // of x
  TileSource<T> to_x, to_y, from_x, from_y;
  Shared<float> to_tile, from_tile;
  Shared<float> factors;  // or the matrix H
  Shared<int> to_rows, from_rows;

  __device__ void list_rows(const BucketLists& lists, int64_t list, int begin, int end,
                            Shared<int> rows) const {
    const int thread = static_cast<int>(threadIdx.x);
    if (thread < kTileRows)
      rows[thread] = begin + thread < end ? lists.order[list * lists.stride + begin + thread] : -1;
  }

  /// heavy_sums[row, column + c] += sums[c] for the thread's row.
  __device__ void write(const float (&sums)[8]) const {
    const int row = to_rows[tile_row()];
    if (row < 0) return;
    float* to = part + static_cast<int64_t>(row) * to_x.width;
#pragma unroll
    for (int c = 0; c < 8; ++c) {
      const int at = column + tile_column() + c;
      if (at < to_x.width) to[at] += sums[c];
    }
  }

  __device__ void add_by_matrix(int64_t list, const BucketRange& to, const BucketRange& from) {
    const int thread = static_cast<int>(threadIdx.x);
    const int part_row = thread / 16 * kMatrixPart, part_column = thread % 16 * kMatrixPart;
    for (int panel = 0; panel < from_y.width; panel += kTilePanel) {
      float part[kMatrixPart][kMatrixPart] = {};
      for (int at = from.begin; at < from.end; at += kTileRows) {
        list_rows(p.from.lists, list, at, from.end, from_rows);
        __syncthreads();
        load_tile(from_y, from_rows, panel, to_tile);
        load_tile(from_x, from_rows, column, from_tile);
        __syncthreads();
        const int count = from.end - at < kTileRows ? from.end - at : kTileRows;
        for (int s = 0; s < count; ++s) {
          float y[kMatrixPart], x[kMatrixPart];
          load_shared<kMatrixPart>(to_tile + (s * kTileStride + part_row), y);
          load_shared<kMatrixPart>(from_tile + (s * kTileStride + part_column), x);
#pragma unroll
          for (int i = 0; i < kMatrixPart; ++i)
#pragma unroll
            for (int j = 0; j < kMatrixPart; ++j) part[i][j] += y[i] * x[j];
        }
        __syncthreads();
      }
#pragma unroll
      for (int i = 0; i < kMatrixPart; ++i)
        store_shared<kMatrixPart>(factors + ((part_row + i) * kTileStride + part_column), part[i]);
      const int left = from_y.width - panel, used = left < kTilePanel ? left : kTilePanel;
      for (int at = to.begin; at < to.end; at += kTileRows) {
        list_rows(p.to.lists, list, at, to.end, to_rows);
        __syncthreads();
        load_tile(to_y, to_rows, panel, to_tile);
        __syncthreads();
        float sums[8] = {};
        add_tile(to_tile, kTileStride, factors, used, sums);
        write(sums);
        __syncthreads();
      }
    }
  }

  __device__ void add_by_pairs(int64_t list, const BucketRange& to, const BucketRange& from) {
    for (int at = to.begin; at < to.end; at += kTileRows) {
      list_rows(p.to.lists, list, at, to.end, to_rows);
      float sums[8] = {};
      for (int other = from.begin; other < from.end; other += kTileRows) {
        list_rows(p.from.lists, list, other, from.end, from_rows);
        __syncthreads();
        float x[kTilePairs], y[kTilePairs];
        tile_products(to_x, to_rows, from_x, from_rows, to_tile, from_tile, x);
        tile_products(to_y, to_rows, from_y, from_rows, to_tile, from_tile, y);
#pragma unroll
        for (int k = 0; k < kTilePairs; ++k)
          factors[tile_row() * kFactorStride + static_cast<int>(threadIdx.x) % 8 + 8 * k] =
              exact_weight(x[k], p.bits) * y[k];
        load_tile(from_x, from_rows, column, from_tile);
        __syncthreads();
        const int count = from.end - other < kTileRows ? from.end - other : kTileRows;
        add_tile(factors, kFactorStride, from_tile, count, sums);
        __syncthreads();
      }
      write(sums);
      __syncthreads();
    }
  }
};

template <class T, bool kExact>
__global__ void __launch_bounds__(kTileThreads, kExact ? 1 : 2)
    sum_whole(PairGradients p, int64_t slices) {
  const int64_t head = blockIdx.x / slices / p.parts;
  const int part = static_cast<int>(blockIdx.x / slices % p.parts);
  SharedArena arena;
  WholeBucketBlock<T> block{p,
                            part_sums(p, head, part),
                            static_cast<int>(blockIdx.x % slices) * kTilePanel,
                            {p.to.x, p.heads, head},
                            {p.to.y, p.heads, head},
                            {p.from.x, p.heads, head},
                            {p.from.y, p.heads, head},
                            arena.take<float>(kTileRows * kTileStride),
                            arena.take<float>(kTileRows * kTileStride),
                            arena.take<float>(kTilePanel * kTileStride),
                            arena.take<int>(kTileRows),
                            arena.take<int>(kTileRows)};
  const Shared<uint32_t> found = arena.take<uint32_t>(kTileThreads / kWarpSize);

  const HashPart hashes = hash_part(p, part);
  for (int64_t hash = hashes.begin; hash < hashes.end; ++hash) {
    const int64_t list = head * p.hashes + hash;
    int left = p.heavy_counts[list].whole;
    for (int first = 0; left > 0; first += kTileThreads) {
      const int code = first + static_cast<int>(threadIdx.x);
      const bool mine = code < 1 << p.bits && bucket_method(p, list, code) == BucketMethod::whole;
      const uint32_t votes = __ballot_sync(kAllLanes, mine);
      if (lane_index() == 0) found[warp_index()] = votes;
      __syncthreads();
      for (int warp = 0; warp < kTileThreads / kWarpSize; ++warp) {
        for (uint32_t rest = found[warp]; rest != 0; rest &= rest - 1, --left) {
          const int bucket = first + warp * kWarpSize + __ffs(static_cast<int>(rest)) - 1;
          const BucketRange to = bucket_range(p.to.lists, list, p.bits, bucket);
          const BucketRange from = bucket_range(p.from.lists, list, p.bits, bucket);
          if constexpr (kExact)
            block.add_by_pairs(list, to, from);
          else
            block.add_by_matrix(list, to, from);
        }
      }
      __syncthreads();
    }
  }
}

template <class T>
cudaError_t launch_whole(const PairGradients& p, cudaStream_t stream) {
  const int64_t slices = (p.to.x.width + kTilePanel - 1) / kTilePanel;
  const int64_t bytes =
      4 * ((2 * kTileRows + kTilePanel) * kTileStride + 2 * kTileRows + kTileThreads / kWarpSize);
  return launch(p.weight == PairWeight::exact ? sum_whole<T, true> : sum_whole<T, false>,
                p.heads.count * p.parts * slices, kTileThreads, bytes, stream, p, slices);
}

}  // namespace

cudaError_t whole_buckets(const PairGradients& pairs, cudaStream_t stream) {
  return for_element(pairs.element,
                     [&](auto zero) { return launch_whole<decltype(zero)>(pairs, stream); });
}

}  // namespace yoso::ops::kernels
