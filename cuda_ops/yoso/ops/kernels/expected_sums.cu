#include "yoso/ops/kernels/collision.cuh"
#include "yoso/ops/kernels/expected_sums.h"
#include "yoso/ops/kernels/pair_tiles.cuh"

// values:    out_r = Σ_s p(x_r·x_s) y_s
// gradients: out_r = factor Σ_s p(x_r·x_s) w(x_r·x_s) (y_r·y_s) x_s
//
// A block owns 32 rows r and 64 columns of the result, and reads the other side 32 rows at a time;
// nothing of size Nq·Nk is stored.
//
// compute_90: 94 to 114 registers a thread, no spills; 22 KB of shared memory.

namespace yoso::ops::kernels {
namespace {

constexpr int kFactorStride = kTileRows + 1;

template <class T, bool kGradients, bool kExact>
__global__ void __launch_bounds__(kTileThreads, 2)
    sum_tiles(ExpectedSums p, int64_t tiles, int64_t slices) {
  const int64_t head = blockIdx.x / (tiles * slices);
  const int64_t first = blockIdx.x / slices % tiles * kTileRows;
  const int column = static_cast<int>(blockIdx.x % slices) * kTilePanel;
  const int thread = static_cast<int>(threadIdx.x);

  SharedArena arena;
  const Shared<float> to_tile = arena.take<float>(kTileRows * kTileStride);
  const Shared<float> from_tile = arena.take<float>(kTileRows * kTileStride);
  const Shared<float> factors = arena.take<float>(kTileRows * kFactorStride);
  const Shared<int> to_rows = arena.take<int>(kTileRows);
  const Shared<int> from_rows = arena.take<int>(kTileRows);

  const TileSource<T> to_x(p.to.x, p.heads, head), from_x(p.from.x, p.heads, head);
  const TileSource<T> to_y(p.to.y, p.heads, head), from_y(p.from.y, p.heads, head);
  const bool* to_mask = head_mask(p.to.mask, p.heads, head, p.to.length);
  const bool* from_mask = head_mask(p.from.mask, p.heads, head, p.from.length);
  if (thread < kTileRows) {
    const int64_t row = first + thread;
    to_rows[thread] = row < p.to.length && is_valid(to_mask, row) ? static_cast<int>(row) : -1;
  }
  float sums[8] = {};
  for (int64_t at = 0; at < p.from.length; at += kTileRows) {
    if (thread < kTileRows) {
      const int64_t row = at + thread;
      from_rows[thread] =
          row < p.from.length && is_valid(from_mask, row) ? static_cast<int>(row) : -1;
    }
    __syncthreads();
    float x[kTilePairs], y[kTilePairs];
    tile_products(to_x, to_rows, from_x, from_rows, to_tile, from_tile, x);
    if constexpr (kGradients)
      tile_products(to_y, to_rows, from_y, from_rows, to_tile, from_tile, y);
#pragma unroll
    for (int k = 0; k < kTilePairs; ++k) {
      const int other = thread % 8 + 8 * k;
      float factor = collision_probability(x[k], p.bits);
      if constexpr (kGradients) factor *= kExact ? exact_weight(x[k], p.bits) * y[k] : y[k];
      factors[tile_row() * kFactorStride + other] = from_rows[other] >= 0 ? factor : 0.0f;
    }
    load_tile(kGradients ? from_x : from_y, from_rows, column, from_tile);
    __syncthreads();
    add_tile(factors, kFactorStride, from_tile, kTileRows, sums);
    __syncthreads();
  }
  const int64_t row = first + tile_row();
  if (row >= p.to.length) return;
  const int width = kGradients ? from_x.width : from_y.width;
  T* const result = head_rows<T>(p.result, p.heads, head, p.to.length, width) + row * width;
  const bool valid = is_valid(to_mask, row);
#pragma unroll
  for (int c = 0; c < 8; ++c) {
    const int at = column + tile_column() + c;
    if (at < width) result[at] = from_float<T>(valid ? p.factor * sums[c] : 0.0f);
  }
}

template <class T>
cudaError_t launch_tiles(const ExpectedSums& p, cudaStream_t stream) {
  const bool gradients = p.sum == ExpectedSums::Sum::gradients;
  const int64_t width = gradients ? p.from.x.width : p.from.y.width;
  const int64_t tiles = (p.to.length + kTileRows - 1) / kTileRows;
  const int64_t slices = (width + kTilePanel - 1) / kTilePanel;
  const int64_t bytes =
      4 * (2 * kTileRows * kTileStride + kTileRows * kFactorStride + 2 * kTileRows);
  const auto kernel = !gradients                         ? sum_tiles<T, false, false>
                      : p.weight == PairWeight::constant ? sum_tiles<T, true, false>
                                                         : sum_tiles<T, true, true>;
  return launch(kernel, p.heads.count * tiles * slices, kTileThreads, bytes, stream, p, tiles,
                slices);
}

}  // namespace

cudaError_t expected_sums(const ExpectedSums& sums, cudaStream_t stream) {
  return for_element(sums.element,
                     [&](auto zero) { return launch_tiles<decltype(zero)>(sums, stream); });
}

}  // namespace yoso::ops::kernels
