#include "yoso/ops/kernels/bucket_ranges.cuh"
#include "yoso/ops/kernels/collision.cuh"
#include "yoso/ops/kernels/row_access.cuh"
#include "yoso/ops/kernels/warp.cuh"

// What heavy buckets add to grad x_r, without `factor`: Σ_s w_rs (y_r·y_s) x_s. As in flash
// attention that is a product of two products, S = w ∘ (Y Yᵀ) and S X, on tensor cores in bfloat16
// with float32 sums. S is rounded to bfloat16 between them.
//
// A block owns some hashes of one head, a warp 16 rows of a bucket at a time; the other side comes
// in 16 rows too. Within one hash no row is in two buckets, so no two warps add to one row; hashes
// follow each other. Every sum has one order and needs no atomics.
//
// Columns may take part in a product in any order, as long as both factors agree: a lane reads 16
// columns side by side, where the instruction would want every fourth pair (multiply_tiles).
//
// compute_90: 128 registers a thread (182 to 248 beyond 64 columns), no spills; 4 KB of shared
// memory.

namespace yoso::ops::kernels {
namespace {

constexpr int kPanel = 64;  // columns
constexpr int kRows = 16;   // of a tile

template <int kPanels>
constexpr int kThreadsFor = kPanels == 1 ? 512 : 256;

/// A row's columns [64 p + 16 q, 64 p + 16 q + 16) for lane q of a quad, as bfloat16 pairs.
template <int kPanels>
struct RowWords {
  uint32_t words[kPanels * 8];

  /// Row -1: zeros.
  __device__ void load(const bfloat16* rows, int64_t row_stride, int row, int width) {
    const int column = lane_index() % 4 * 16;
#pragma unroll
    for (int i = 0; i < kPanels * 2; ++i) {
      const int at = i / 2 * kPanel + column + i % 2 * 8;
      uint4 eight{0, 0, 0, 0};
      if (row >= 0 && at < width) eight = load_16_bytes(rows + row * row_stride + at);
      words[4 * i] = eight.x, words[4 * i + 1] = eight.y;
      words[4 * i + 2] = eight.z, words[4 * i + 3] = eight.w;
    }
  }
};

/// sums += A Bᵀ for 16 rows, `low` the rows of a lane's quad and `high` those 8 below, and 8 rows.
template <int kPanels>
__device__ inline void add_products(const RowWords<kPanels>& low, const RowWords<kPanels>& high,
                                    const RowWords<kPanels>& other, float (&sums)[4]) {
#pragma unroll
  for (int step = 0; step < kPanels * 4; ++step) {
    const uint32_t a[4] = {low.words[2 * step], high.words[2 * step], low.words[2 * step + 1],
                           high.words[2 * step + 1]};
    const uint32_t b[2] = {other.words[2 * step], other.words[2 * step + 1]};
    multiply_tiles(a, b, sums);
  }
}

__device__ inline uint32_t low_halves(uint32_t low, uint32_t high) {
  return (low & 0xffff) | high << 16;
}
__device__ inline uint32_t high_halves(uint32_t low, uint32_t high) {
  return low >> 16 | (high & 0xffff0000u);
}

/// One side's rows of a head.
struct HeadSide {
  const bfloat16 *x, *y;
  int64_t x_stride, y_stride;

  __device__ HeadSide(const PairSide& side, const HeadGroup& heads, int64_t head)
      : x(head_rows<bfloat16>(side.x, heads, head)),
        y(head_rows<bfloat16>(side.y, heads, head)),
        x_stride(side.x.row_stride),
        y_stride(side.y.row_stride) {}
};

template <int kPanels, bool kExact>
struct TileWarp {
  const PairGradients& p;
  HeadSide to, from;
  float* part;  // sums of these hashes
  int x_width, y_width;

  __device__ static int entry(const int32_t* order, int at, int end) {
    return at < end ? order[at] : -1;
  }

  /// part[r] += S X for the rows at [first, first + 16) of the bucket.
  __device__ void add(int64_t list, const BucketRange& to_bucket, int first,
                      const BucketRange& from_bucket) const {
    const int r = lane_index() / 4, q = lane_index() % 4;
    const int32_t* to_order = p.to.lists.order + list * p.to.lists.stride;
    const int32_t* from_order = p.from.lists.order + list * p.from.lists.stride;
    const int row = entry(to_order, to_bucket.begin + first + r, to_bucket.end);
    const int row_below = entry(to_order, to_bucket.begin + first + r + 8, to_bucket.end);
    RowWords<kPanels> y, y_below, x, x_below;
    y.load(to.y, to.y_stride, row, y_width);
    y_below.load(to.y, to.y_stride, row_below, y_width);
    if constexpr (kExact) {
      x.load(to.x, to.x_stride, row, x_width);
      x_below.load(to.x, to.x_stride, row_below, x_width);
    }
    float sums[kPanels * 8][4] = {};
    for (int at = from_bucket.begin; at < from_bucket.end; at += kRows) {
      float s[2][4] = {};
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        const int other = entry(from_order, at + half * 8 + r, from_bucket.end);
        RowWords<kPanels> theirs;
        theirs.load(from.y, from.y_stride, other, y_width);
        add_products(y, y_below, theirs, s[half]);
        if constexpr (kExact) {
          float products[4] = {};
          theirs.load(from.x, from.x_stride, other, x_width);
          add_products(x, x_below, theirs, products);
#pragma unroll
          for (int i = 0; i < 4; ++i) s[half][i] *= exact_weight(products[i], p.bits);
        }
      }
      const uint32_t a[4] = {pack_bfloat16(s[0][0], s[0][1]), pack_bfloat16(s[0][2], s[0][3]),
                             pack_bfloat16(s[1][0], s[1][1]), pack_bfloat16(s[1][2], s[1][3])};
      add_rows(a, from_order, at + 2 * q, from_bucket.end, sums);
    }
    add_to_part(row, sums, 0);
    add_to_part(row_below, sums, 2);
  }

  /// sums += S X: the lane reads columns [64 p + 8 r, 64 p + 8 r + 8) of rows 2q, 2q + 1, 2q + 8
  /// and 2q + 9; column i of these eight belongs to product i.
  __device__ void add_rows(const uint32_t (&a)[4], const int32_t* order, int at, int end,
                           float (&sums)[kPanels * 8][4]) const {
    const int rows[4] = {entry(order, at, end), entry(order, at + 1, end),
                         entry(order, at + 8, end), entry(order, at + 9, end)};
#pragma unroll
    for (int panel = 0; panel < kPanels; ++panel) {
      const int column = panel * kPanel + lane_index() / 4 * 8;
      uint4 eight[4];
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        eight[i] = {0, 0, 0, 0};
        if (rows[i] >= 0 && column < x_width)
          eight[i] = load_16_bytes(from.x + rows[i] * from.x_stride + column);
      }
      const uint32_t words[4][4] = {{eight[0].x, eight[0].y, eight[0].z, eight[0].w},
                                    {eight[1].x, eight[1].y, eight[1].z, eight[1].w},
                                    {eight[2].x, eight[2].y, eight[2].z, eight[2].w},
                                    {eight[3].x, eight[3].y, eight[3].z, eight[3].w}};
#pragma unroll
      for (int w = 0; w < 4; ++w) {
        const uint32_t even[2] = {low_halves(words[0][w], words[1][w]),
                                  low_halves(words[2][w], words[3][w])};
        const uint32_t odd[2] = {high_halves(words[0][w], words[1][w]),
                                 high_halves(words[2][w], words[3][w])};
        multiply_tiles(a, even, sums[panel * 8 + 2 * w]);
        multiply_tiles(a, odd, sums[panel * 8 + 2 * w + 1]);
      }
    }
  }

  /// Product i holds column 16 q + i of its panel in element `at` and 16 q + 8 + i in the next.
  __device__ void add_to_part(int row, const float (&sums)[kPanels * 8][4], int at) const {
    if (row < 0) return;
#pragma unroll
    for (int i = 0; i < kPanels * 4; ++i) {
      const int half = i / 2 % 2;
      const int product = i / 4 * 8 + i % 2 * 4;
      const int column = i / 4 * kPanel + lane_index() % 4 * 16 + half * 8 + i % 2 * 4;
      if (column >= x_width) continue;
      float* const to_columns = part + static_cast<int64_t>(row) * x_width + column;
      const uint4 before = load_16_bytes(to_columns);
      store_16_bytes(to_columns,
                     {float_to_bits(bits_to_float(before.x) + sums[product][at + half]),
                      float_to_bits(bits_to_float(before.y) + sums[product + 1][at + half]),
                      float_to_bits(bits_to_float(before.z) + sums[product + 2][at + half]),
                      float_to_bits(bits_to_float(before.w) + sums[product + 3][at + half])});
    }
  }
};

/// The heavy buckets among as many codes as a block has threads, and their tiles.
struct TileList {
  Shared<int> codes;  // of the buckets found
  Shared<int> first;  // number of the bucket's first tile; one more at the end: all tiles
  Shared<int> warp_totals;

  struct Found {
    int buckets, tiles;
  };

  __device__ Found collect(const PairGradients& p, int64_t list, int first_code) const {
    const int code = first_code + static_cast<int>(threadIdx.x), warp = warp_index();
    const int warps = static_cast<int>(blockDim.x) / kWarpSize;
    const bool mine = code < 1 << p.bits && bucket_method(p, list, code) == BucketMethod::tiles;
    const int tiles =
        mine ? (bucket_range(p.to.lists, list, p.bits, code).count() + kRows - 1) / kRows : 0;
    const int buckets_to = inclusive_scan(mine), tiles_to = inclusive_scan(tiles);
    if (lane_index() == kWarpSize - 1) {
      warp_totals[2 * warp] = buckets_to;
      warp_totals[2 * warp + 1] = tiles_to;
    }
    __syncthreads();
    Found before{0, 0}, all{0, 0};
    for (int w = 0; w < warps; ++w) {
      const int of_buckets = warp_totals[2 * w], of_tiles = warp_totals[2 * w + 1];
      if (w < warp) before.buckets += of_buckets, before.tiles += of_tiles;
      all.buckets += of_buckets, all.tiles += of_tiles;
    }
    if (mine) {
      codes[before.buckets + buckets_to - 1] = code;
      first[before.buckets + buckets_to - 1] = before.tiles + tiles_to - tiles;
    }
    if (threadIdx.x == 0) first[all.buckets] = all.tiles;
    __syncthreads();
    return all;
  }

  /// The bucket of a tile: the last one with first <= tile.
  __device__ int bucket_of(int tile, int buckets) const {
    int low = 0, high = buckets - 1;
    while (low < high) {
      const int middle = (low + high + 1) / 2;
      if (first[middle] <= tile)
        low = middle;
      else
        high = middle - 1;
    }
    return low;
  }
};

template <int kPanels, bool kExact>
__global__ void __launch_bounds__(kThreadsFor<kPanels>) sum_bucket_tiles(PairGradients p) {
  const int threads = kThreadsFor<kPanels>;
  const int64_t head = blockIdx.x / p.parts;
  const int part = static_cast<int>(blockIdx.x % p.parts);
  if (!has_heavy(p, head, part)) return;
  SharedArena arena;
  const TileList tiles{arena.take<int>(threads), arena.take<int>(threads + 1),
                       arena.take<int>(threads / kWarpSize * 2)};
  const TileWarp<kPanels, kExact> warp{p,
                                       {p.to, p.heads, head},
                                       {p.from, p.heads, head},
                                       part_sums(p, head, part),
                                       static_cast<int>(p.to.x.width),
                                       static_cast<int>(p.to.y.width)};
  for (int64_t at = threadIdx.x; at < p.to.rows.length * warp.x_width; at += threads)
    warp.part[at] = 0;
  __syncthreads();
  const HashPart hashes = hash_part(p, part);
  for (int64_t hash = hashes.begin; hash < hashes.end; ++hash) {
    const int64_t list = head * p.hashes + hash;
    int left = p.heavy_counts[list].tiles;
    for (int first_code = 0; left > 0; first_code += threads) {
      const TileList::Found found = tiles.collect(p, list, first_code);
      left -= found.buckets;
      for (int tile = warp_index(); tile < found.tiles; tile += threads / kWarpSize) {
        const int bucket = tiles.bucket_of(tile, found.buckets), code = tiles.codes[bucket];
        warp.add(list, bucket_range(p.to.lists, list, p.bits, code),
                 (tile - tiles.first[bucket]) * kRows,
                 bucket_range(p.from.lists, list, p.bits, code));
      }
      __syncthreads();
    }
  }
}

/// For types without tensor cores: only makes room for whole_buckets.
__global__ void __launch_bounds__(512) clear_sums(PairGradients p) {
  const int64_t head = blockIdx.x / p.parts;
  const int part = static_cast<int>(blockIdx.x % p.parts);
  if (!has_heavy(p, head, part)) return;
  float* const sums = part_sums(p, head, part);
  for (int64_t at = threadIdx.x; at < p.to.rows.length * p.to.x.width; at += blockDim.x)
    sums[at] = 0;
}

template <int kPanels>
cudaError_t launch_tiles(const PairGradients& p, cudaStream_t stream) {
  constexpr int threads = kThreadsFor<kPanels>;
  return launch(p.weight == PairWeight::exact ? sum_bucket_tiles<kPanels, true>
                                              : sum_bucket_tiles<kPanels, false>,
                p.heads.count * p.parts, threads, 4 * (2 * threads + 4 + threads / kWarpSize * 2),
                stream, p);
}

}  // namespace

cudaError_t bucket_tiles(const PairGradients& pairs, cudaStream_t stream) {
  if (!fits_bucket_tiles(pairs))
    return launch(clear_sums, pairs.heads.count * pairs.parts, 512, 0, stream, pairs);
  if (pairs.to.x.width <= kPanel && pairs.to.y.width <= kPanel)
    return launch_tiles<1>(pairs, stream);
  return launch_tiles<2>(pairs, stream);
}

}  // namespace yoso::ops::kernels
