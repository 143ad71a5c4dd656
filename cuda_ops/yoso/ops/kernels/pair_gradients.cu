#include "yoso/ops/kernels/bucket_ranges.cuh"
#include "yoso/ops/kernels/collision.cuh"
#include "yoso/ops/kernels/row_access.cuh"
#include "yoso/ops/kernels/warp.cuh"

// grad x_r = factor · (Σ_m Σ_{s in the bucket of r} w_rs (y_r · y_s) x_s + sums of heavy buckets)
//
// A warp owns row r; eight rows share a block, and so the lines that hold their codes. It lists the
// matches of 32 hashes at a time in shared memory (lane = hash, then one list entry a lane, so
// that neither many hashes nor one heavy bucket leaves lanes idle; fewer hashes where the matches
// of 32 could be more than an int counts). Then groups of 8 lanes take one match each, 8 columns
// a lane: a row of 64 bfloat16 is read in one go of 128 bytes. The four groups' sums are added in a
// fixed order.
//
// compute_90: 96 to 128 registers a thread (172 with exact weights beyond 64 columns), no spills;
// 10 KB of shared memory.

namespace yoso::ops::kernels {
namespace {

constexpr int kThreads = 256, kWarps = kThreads / kWarpSize;
constexpr int kListed = 256;        // matches of a warp at a time
constexpr int kGroup = 8;           // lanes that share a match
constexpr int kPanel = 8 * kGroup;  // columns of a group at a time
constexpr int kMatches = kWarpSize / kGroup;
constexpr int64_t kMostMatches = (int64_t{1} << 31) - 1 - kListed;  // that an int counts

/// Sum over the lanes of a group.
__device__ inline float group_sum(float value) {
#pragma unroll
  for (int lanes = 1; lanes < kGroup; lanes *= 2) value += __shfl_xor_sync(kAllLanes, value, lanes);
  return value;
}

/// A row's columns, 8 a lane and panel: in registers where there are kPanels of them, else read
/// again for every use.
template <class T, int kPanels>
struct RowPanels {
  const T* row;
  int width;
  bool by_eight;
  float held[kPanels > 0 ? kPanels * 8 : 1];

  __device__ int column(int panel) const { return panel * kPanel + lane_index() % kGroup * 8; }
  __device__ void load(int panel, float* to) const {
    load_eight(row, column(panel), width, by_eight, to);
  }
  __device__ void hold() {
    if constexpr (kPanels > 0)
#pragma unroll
      for (int panel = 0; panel < kPanels; ++panel) load(panel, held + panel * 8);
  }

  /// This lane's part of the product with another row.
  __device__ float dot(const T* other, bool other_by_eight) const {
    float sum = 0, theirs[8];
    if constexpr (kPanels > 0) {
#pragma unroll
      for (int panel = 0; panel < kPanels; ++panel) {
        load_eight(other, column(panel), width, other_by_eight, theirs);
#pragma unroll
        for (int i = 0; i < 8; ++i) sum += held[panel * 8 + i] * theirs[i];
      }
    } else {
      float mine[8];
      for (int panel = 0; panel * kPanel < width; ++panel) {
        load(panel, mine);
        load_eight(other, column(panel), width, other_by_eight, theirs);
#pragma unroll
        for (int i = 0; i < 8; ++i) sum += mine[i] * theirs[i];
      }
    }
    return sum;
  }
};

/// The bucket of each lane's hash, and how the warp's list of matches is made of them.
struct MatchList {
  Shared<int> before;   // [33] matches in the buckets of lower lanes
  Shared<int> begin;    // [32] where the bucket begins in the order of its hash
  Shared<int> matches;  // [kListed]

  /// Looks up the buckets of row r in the hashes [first, first + count), count <= 32; returns the
  /// matches in all.
  __device__ int look_up(const PairGradients& p, int64_t head, int64_t row, int64_t first,
                         int count) {
    const int64_t hash = first + lane_index();
    BucketRange range{0, 0};
    if (lane_index() < count && hash < p.hashes) {
      const int64_t list = head * p.hashes + hash;
      const int code = p.to.rows.codes[(p.heads.first * p.hashes + list) * p.to.rows.length + row] &
                       ((1 << p.bits) - 1);
      range = bucket_range(p.from.lists, list, p.bits, code);
      const HeavyCounts heavy = p.heavy_counts[list];
      if (heavy.tiles + heavy.whole > 0 && bucket_method(p, list, code) != BucketMethod::pairs)
        range.end = range.begin;
    }
    const int sum = inclusive_scan(range.count());
    begin[lane_index()] = range.begin;
    before[lane_index() + 1] = sum;
    if (lane_index() == 0) before[0] = 0;
    __syncwarp();
    return before[kWarpSize];
  }

  /// Lists `count` matches from number `at` on.
  __device__ void fill(const PairGradients& p, int64_t head, int64_t first, int at, int count) {
    for (int e = lane_index(); e < count; e += kWarpSize) {
      int bucket = 0;  // the last one with before[bucket] <= at + e
#pragma unroll
      for (int step = kWarpSize / 2; step > 0; step /= 2)
        if (before[bucket + step] <= at + e) bucket += step;
      const int64_t list = head * p.hashes + first + bucket;
      matches[e] =
          p.from.lists.order[list * p.from.lists.stride + begin[bucket] + at + e - before[bucket]];
    }
    __syncwarp();
  }
};

/// On one multiprocessor, as registers allow.
template <int kPanels, bool kExact>
constexpr int kBlocksAtOnce = (kExact && kPanels == 2) ? 1 : 2;

template <class T, int kPanels, bool kExact>
__global__ void __launch_bounds__(kThreads, kBlocksAtOnce<kPanels, kExact>)
    sum_pairs(PairGradients p, int64_t blocks_per_head, int hashes_at_once) {
  const int64_t head = blockIdx.x / blocks_per_head;
  const int64_t row = blockIdx.x % blocks_per_head * kWarps + warp_index();
  const int64_t n = p.to.rows.length;
  if (row >= n) return;
  const int width = static_cast<int>(p.to.x.width);
  T* const grad = head_rows<T>(p.grad, p.heads, head, n, width) + row * width;
  const int lane = lane_index(), group = lane / kGroup;
  if (!is_valid(head_mask(p.to.rows.mask, p.heads, head, n), row)) {
    for (int c = lane; c < width; c += kWarpSize) grad[c] = from_float<T>(0);
    return;
  }
  SharedArena arena;
  MatchList list{arena.take<int>(kWarps * (kWarpSize + 1)) + warp_index() * (kWarpSize + 1),
                 arena.take<int>(kThreads) + warp_index() * kWarpSize,
                 arena.take<int>(kWarps * kListed) + warp_index() * kListed};

  const auto open = [&](const Rows& rows) {
    const T* first = head_rows<T>(rows, p.heads, head);
    return RowPanels<T, kPanels>{first,
                                 static_cast<int>(rows.width),
                                 reads_by_eight(first, rows.row_stride, rows.width),
                                 {}};
  };
  const RowPanels<T, kPanels> from_x = open(p.from.x), from_y = open(p.from.y);
  RowPanels<T, kPanels> x = open(p.to.x), y = open(p.to.y);
  x.row += row * p.to.x.row_stride;
  y.row += row * p.to.y.row_stride;
  y.hold();
  if (kExact) x.hold();

  // Without kPanels the columns of x are taken a panel at a time, all products again for each.
  constexpr int kHeld = kPanels > 0 ? kPanels : 1;
  for (int panel = 0; panel * kPanel < width; panel += kHeld) {
    float sums[kHeld * 8] = {};
    for (int64_t first = 0; first < p.hashes; first += hashes_at_once) {
      const int total = list.look_up(p, head, row, first, hashes_at_once);
      for (int at = 0; at < total; at += kListed) {
        const int count = total - at < kListed ? total - at : kListed;
        list.fill(p, head, first, at, count);
        for (int e = group; e < (count + kMatches - 1) / kMatches * kMatches; e += kMatches) {
          const int64_t match = list.matches[e < count ? e : 0];
          const T* other_x = from_x.row + match * p.from.x.row_stride;
          float weight =
              group_sum(y.dot(from_y.row + match * p.from.y.row_stride, from_y.by_eight));
          if (kExact) weight *= exact_weight(group_sum(x.dot(other_x, from_x.by_eight)), p.bits);
          if (e >= count) continue;
#pragma unroll
          for (int h = 0; h < kHeld; ++h) {
            float theirs[8];
            load_eight(other_x, x.column(panel + h), width, from_x.by_eight, theirs);
#pragma unroll
            for (int i = 0; i < 8; ++i) sums[h * 8 + i] += weight * theirs[i];
          }
        }
        __syncwarp();
      }
      __syncwarp();
    }
#pragma unroll
    for (int i = 0; i < kHeld * 8; ++i) {
      sums[i] += __shfl_xor_sync(kAllLanes, sums[i], kGroup);
      sums[i] += __shfl_xor_sync(kAllLanes, sums[i], 2 * kGroup);
    }
    for (int part = 0; part < p.parts; ++part) {
      if (!has_heavy(p, head, part)) continue;
      const float* heavy = part_sums(p, head, part) + row * width;
#pragma unroll
      for (int i = 0; i < kHeld * 8; ++i) {
        const int c = x.column(panel + i / 8) + i % 8;
        if (c < width) sums[i] += heavy[c];
      }
    }
    if (group != 0) continue;
#pragma unroll
    for (int i = 0; i < kHeld * 8; ++i) {
      const int c = x.column(panel + i / 8) + i % 8;
      if (c < width) grad[c] = from_float<T>(p.factor * sums[i]);
    }
  }
}

template <class T, int kPanels>
cudaError_t launch_pairs(const PairGradients& p, cudaStream_t stream) {
  const int64_t blocks = (p.to.rows.length + kWarps - 1) / kWarps;
  const int64_t bytes = (kWarps * (2 * kWarpSize + 1 + kListed) * 4 + 47) / 16 * 16;
  int hashes_at_once = kWarpSize;
  while (hashes_at_once > 1 && hashes_at_once * p.from.rows.length > kMostMatches)
    hashes_at_once /= 2;
  return launch(
      p.weight == PairWeight::exact ? sum_pairs<T, kPanels, true> : sum_pairs<T, kPanels, false>,
      p.heads.count * blocks, kThreads, bytes, stream, p, blocks, hashes_at_once);
}

template <class T>
cudaError_t launch_pairs(const PairGradients& p, cudaStream_t stream) {
  const int64_t widest = p.to.x.width > p.to.y.width ? p.to.x.width : p.to.y.width;
  if (widest <= kPanel) return launch_pairs<T, 1>(p, stream);
  if (widest <= 2 * kPanel) return launch_pairs<T, 2>(p, stream);
  return launch_pairs<T, 0>(p, stream);
}

}  // namespace

cudaError_t pair_gradients(const PairGradients& pairs, cudaStream_t stream) {
  return for_element(pairs.element,
                     [&](auto zero) { return launch_pairs<decltype(zero)>(pairs, stream); });
}

}  // namespace yoso::ops::kernels
