#pragma once

#include "yoso/ops/kernels/row_access.cuh"

// Blocks of 256 threads that work on 32 rows of one side and 32 of the other. Thread t works for
// row t / 8 of its tile.

namespace yoso::ops::kernels {

constexpr int kTileThreads = 256;
constexpr int kTileRows = 32;
constexpr int kTilePanel = 64;               // columns at a time
constexpr int kTileStride = kTilePanel + 4;  // of a row in shared memory: spreads rows over banks
constexpr int kTilePairs = kTileRows / 8;    // pairs of a thread

/// Rows of one head.
template <class T>
struct TileSource {
  const T* rows;
  int64_t row_stride;
  int width;
  bool by_eight;

  __device__ TileSource(const Rows& all, const HeadGroup& heads, int64_t head)
      : rows(head_rows<T>(all, heads, head)),
        row_stride(all.row_stride),
        width(static_cast<int>(all.width)),
        by_eight(reads_by_eight(rows, row_stride, all.width)) {}
};

__device__ inline int tile_row() { return static_cast<int>(threadIdx.x) / 8; }
__device__ inline int tile_column() { return static_cast<int>(threadIdx.x) % 8 * 8; }

/// The rows `indices` [32] (-1: none, read as zeros), columns [column, column + 64), as float32.
template <class T>
__device__ inline void load_tile(const TileSource<T>& from, Shared<const int> indices, int column,
                                 Shared<float> tile) {
  float values[8] = {};
  const int row = indices[tile_row()];
  if (row >= 0)
    load_eight(from.rows + row * from.row_stride, column + tile_column(), from.width, from.by_eight,
               values);
  store_shared<8>(tile + (tile_row() * kTileStride + tile_column()), values);
}

/// Products of rows `to` and `from`: result k belongs to from-row threadIdx.x % 8 + 8 k.
template <class T>
__device__ inline void tile_products(const TileSource<T>& to, Shared<const int> to_rows,
                                     const TileSource<T>& from, Shared<const int> from_rows,
                                     Shared<float> to_tile, Shared<float> from_tile,
                                     float (&products)[kTilePairs]) {
#pragma unroll
  for (int k = 0; k < kTilePairs; ++k) products[k] = 0;
  for (int column = 0; column < to.width; column += kTilePanel) {
    load_tile(to, to_rows, column, to_tile);
    load_tile(from, from_rows, column, from_tile);
    __syncthreads();
    const int left = to.width - column, used = left < kTilePanel ? left : kTilePanel;
#pragma unroll 2
    for (int c = 0; c < used; c += 4) {
      float mine[4], theirs[4];
      load_shared<4>(to_tile + (tile_row() * kTileStride + c), mine);
#pragma unroll
      for (int k = 0; k < kTilePairs; ++k) {
        const int other = static_cast<int>(threadIdx.x) % 8 + 8 * k;
        load_shared<4>(from_tile + (other * kTileStride + c), theirs);
#pragma unroll
        for (int i = 0; i < 4; ++i) products[k] += mine[i] * theirs[i];
      }
    }
    __syncthreads();
  }
}

/// sums[c] += Σ_j factors[row of the thread, j] tile[j, column of the thread + c], `count` rows j.
__device__ inline void add_tile(Shared<const float> factors, int factor_stride,
                                Shared<const float> tile, int count, float (&sums)[8]) {
#pragma unroll 2
  for (int j = 0; j < count; ++j) {
    const float factor = factors[tile_row() * factor_stride + j];
    float values[8];
    load_shared<8>(tile + (j * kTileStride + tile_column()), values);
#pragma unroll
    for (int c = 0; c < 8; ++c) sums[c] += factor * values[c];
  }
}

}  // namespace yoso::ops::kernels
