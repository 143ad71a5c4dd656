#include "yoso/ops/kernels/row_access.cuh"
#include "yoso/ops/kernels/sampled_sums.h"
#include "yoso/ops/kernels/warp.cuh"

// to_i = (1/M) Σ_m table_m[code_m(i)],  table_m[c] = Σ_{j : code_m(j) = c} from_j.
//
// A block owns C columns of one head. For hash after hash it sums the sources, which lie sorted by
// code, into a table in shared memory, and adds each receiver's entry to sums kept in registers.
// C·length is about constant: C = 8 columns up to 4096 rows, 2 up to 16384; longer sequences are
// cut into tiles of receivers. The block's part of the sources is kept in shared memory where it
// fits.
//
// Sources are cut into equal stretches, one a group of C threads (a heavy bucket is no slower
// than many small ones). A bucket's sum is written by the group in whose stretch it begins; what
// later groups find of it they leave in `carries`, which the first group adds in their order.
//
// compute_90: 111 to 127 registers a thread, no spills; all the shared memory there is.

namespace yoso::ops::kernels {
namespace {

constexpr int kMaxThreads = 512;
constexpr int kFewestColumns = 2;
constexpr int kSums = 64;  // registers of a thread that hold sums

/// How a block's work is cut.
struct SumsPlan {
  int columns;      // C
  int threads;      // of a block
  int table_codes;  // codes that the table holds at a time
  bool keeps_sources;
  int64_t slices;  // of columns
  int64_t tiles;   // of receivers
  int64_t shared_bytes;
};

/// Neighbours in the order of sources.
template <int kCount>
struct Entries {
  uint4 rows[kCount / 4];
  uint2 codes[kCount / 4];

  __device__ void load(const int32_t* order, const uint16_t* sorted_codes) {
#pragma unroll
    for (int quad = 0; quad < kCount / 4; ++quad) {
      rows[quad] = load_16_bytes(order + 4 * quad);
      codes[quad] = load_8_bytes(sorted_codes + 4 * quad);
    }
  }
  __device__ int row(int k) const {
    const uint4 four = rows[k / 4];
    return static_cast<int>(k % 4 == 0   ? four.x
                            : k % 4 == 1 ? four.y
                            : k % 4 == 2 ? four.z
                                         : four.w);
  }
  __device__ int code(int k) const {
    const uint32_t word = k % 4 < 2 ? codes[k / 4].x : codes[k / 4].y;
    return static_cast<int>(word >> (k % 2 * 16) & 0xffff);
  }
};

template <class T, int C, bool kKeeps>
struct SumsBlock {
  static constexpr int kReceivers = kSums / C;  // of a thread
  static constexpr int kStep = C == 8 ? 8 : 4;  // sources read at once, as registers allow
  static constexpr int kBatch = 8;              // receivers whose codes are read at once

  const SampledSums& sums;
  Shared<float> table, carries;
  Shared<int> carry_codes;
  Shared<T> kept;
  const T* from;
  int64_t column;

  /// Of a block; a constant for C = 2, where a register for each receiver's position is one too
  /// many.
  __device__ static int threads() {
    return C == kFewestColumns ? kMaxThreads : static_cast<int>(blockDim.x);
  }
  __device__ int group() const { return static_cast<int>(threadIdx.x) / C; }
  __device__ int lane() const { return static_cast<int>(threadIdx.x) % C; }

  __device__ float source(int row) const {
    if constexpr (kKeeps) return to_float(static_cast<T>(kept[row * C + lane()]));
    return column + lane() < sums.from.width ? to_float(from[row * sums.from.row_stride]) : 0.0f;
  }

  __device__ void keep_sources() {
    const int64_t step = threads() / C;
#pragma unroll 1
    for (int64_t row = group(); row < sums.source_length; row += step)
      kept[row * C + lane()] =
          column + lane() < sums.from.width ? from[row * sums.from.row_stride] : from_float<T>(0);
  }

  /// Where the sum of a run belongs.
  __device__ void put(int run, int first, float sum, bool carried) {
    if (run < 0) return;
    if (carried) {
      carries[threadIdx.x] = sum;
      if (lane() == 0) carry_codes[group()] = run;
    } else {
      table[(run - first) * C + lane()] = sum;
    }
  }

  /// table[c − first] = sum of the sources with code c, for those at [begin, end) of the order.
  __device__ void fill_table(const int32_t* order, const uint16_t* codes, int first, int count,
                             int begin, int end) {
    const int groups = threads() / C;
    const float zeros[4] = {};
    for (int at = threadIdx.x * 4; at < count * C; at += threads() * 4)
      store_shared<4>(table + at, zeros);
    const int start = begin / kStep * kStep;
    const int length = ((end - start) / kStep + groups) / groups * kStep;
    const int my_begin = start + group() * length;
    const int my_end = my_begin + length < end ? my_begin + length : end;
    // A run that began before this stretch belongs to an earlier group.
    bool carried = my_begin > begin && my_begin < end && codes[my_begin - 1] == codes[my_begin];
    int run = -1;
    float sum = 0;
    if (lane() == 0) carry_codes[group()] = -1;
    __syncthreads();
    Entries<kStep> next;
    if (my_begin < my_end) next.load(order + my_begin, codes + my_begin);
#pragma unroll 1
    for (int at = my_begin; at < my_end; at += kStep) {
      const Entries<kStep> entries = next;
      if (at + kStep < my_end) next.load(order + at + kStep, codes + at + kStep);
      float values[kStep];
#pragma unroll
      for (int k = 0; k < kStep; ++k) {
        const bool in = at + k >= begin && at + k < end;
        values[k] = in ? source(entries.row(k)) : 0.0f;
      }
#pragma unroll
      for (int k = 0; k < kStep; ++k) {
        const int code = entries.code(k);
        if (code != run && at + k >= begin && at + k < end) {
          put(run, first, sum, carried);
          carried = carried && run < 0;
          run = code;
          sum = 0;
        }
        sum += values[k];
      }
    }
    put(run, first, sum, carried);
    __syncthreads();
    // The last run of this stretch continues in the next ones.
    if (run >= 0 && !carried) {
      float more = 0;
      bool any = false;
#pragma unroll 1
      for (int g = group() + 1; g < groups && carry_codes[g] == run; ++g) {
        more += carries[g * C + lane()];
        any = true;
      }
      if (any) table[(run - first) * C + lane()] += more;
    }
    __syncthreads();
  }

  __device__ void add_entries(const int32_t* codes, int tile, uint32_t valid, int first, int count,
                              float (&acc)[kReceivers][C]) {
    const int mask = (1 << sums.bits) - 1;
    const int32_t* next = codes + tile;
#pragma unroll
    for (int batch = 0; batch < kReceivers; batch += kBatch) {
      int code[kBatch];
#pragma unroll
      for (int k = 0; k < kBatch; ++k, next += threads())
        code[k] = (valid >> (batch + k) & 1) != 0 ? (*next & mask) - first : -1;
#pragma unroll
      for (int k = 0; k < kBatch; ++k) {
        if (code[k] < 0 || code[k] >= count) continue;
        float entry[C];
        load_shared<C>(table + code[k] * C, entry);
#pragma unroll
        for (int c = 0; c < C; ++c) acc[batch + k][c] += entry[c];
      }
    }
  }
};

template <class T, int C, bool kKeeps>
__global__ void __launch_bounds__(kMaxThreads) sum_buckets(SampledSums sums, SumsPlan plan) {
  using Block = SumsBlock<T, C, kKeeps>;
  const int64_t unit = blockIdx.x, slice = unit % plan.slices;
  const int64_t tile_index = unit / plan.slices % plan.tiles;
  const int64_t head = unit / plan.slices / plan.tiles;
  const int n = static_cast<int>(sums.receivers.length);
  const int64_t stride = sums.sources.stride;
  const int buckets = 1 << sums.bits;

  SharedArena arena;
  const Shared<float> table = arena.take<float>(plan.table_codes * C);
  const Shared<float> carries = arena.take<float>(Block::threads());
  const Shared<int> carry_codes = arena.take<int>(Block::threads() / C);
  const Shared<T> kept = arena.take<T>(kKeeps ? sums.source_length * C : 0);
  const int64_t column = slice * C;
  Block block{
      sums,
      table,
      carries,
      carry_codes,
      kept,
      head_rows<T>(sums.from, sums.heads, head) + column + static_cast<int>(threadIdx.x) % C,
      column};
  if constexpr (kKeeps) block.keep_sources();

  const int tile =
      static_cast<int>(tile_index * Block::kReceivers * Block::threads() + threadIdx.x);
  const bool* mask = head_mask(sums.receivers.mask, sums.heads, head, n);
  uint32_t valid = 0;
  float acc[Block::kReceivers][C];
#pragma unroll
  for (int r = 0; r < Block::kReceivers; ++r) {
    const int row = tile + r * Block::threads();
    valid |= static_cast<uint32_t>(row < n && is_valid(mask, row)) << r;
#pragma unroll
    for (int c = 0; c < C; ++c) acc[r][c] = 0;
  }
  for (int64_t hash = 0; hash < sums.hashes; ++hash) {
    const int64_t list = head * sums.hashes + hash;
    const int32_t* offsets = sums.sources.offsets + list * (buckets + 1);
    const int32_t* codes = sums.receivers.codes + (sums.heads.first * sums.hashes + list) * n;
    for (int first = 0; first < buckets; first += plan.table_codes) {
      const int count = buckets - first < plan.table_codes ? buckets - first : plan.table_codes;
      block.fill_table(sums.sources.order + list * stride, sums.sources.codes + list * stride,
                       first, count, offsets[first], offsets[first + count]);
      block.add_entries(codes, tile, valid, first, count, acc);
      __syncthreads();
    }
  }
  const int width = static_cast<int>(sums.from.width);
  T* to = head_rows<T>(sums.to, sums.heads, head, n, width) + static_cast<int64_t>(tile) * width +
          column;
  const int64_t step = static_cast<int64_t>(Block::threads()) * width;
  const float mean = 1.0f / static_cast<float>(sums.hashes);
#pragma unroll
  for (int r = 0; r < Block::kReceivers; ++r, to += step) {
    if (tile + r * Block::threads() >= n) break;
#pragma unroll
    for (int c = 0; c < C; ++c)
      if (column + c < width) to[c] = from_float<T>(acc[r][c] * mean);
  }
}

constexpr int64_t round_up(int64_t x, int64_t to) { return (x + to - 1) / to * to; }

/// The plan with C columns; its shared_bytes may be more than there are.
SumsPlan plan_with(const SampledSums& sums, int columns, int64_t element_bytes, int table_codes,
                   bool keeps_sources) {
  const int64_t receivers = kSums / columns;
  int threads = columns == kFewestColumns ? kMaxThreads : 128;
  while (threads < kMaxThreads && threads * receivers < sums.receivers.length) threads *= 2;
  const int64_t bytes =
      round_up(int64_t{4} * table_codes * columns, 16) + int64_t{4} * threads +
      round_up(int64_t{4} * threads / columns, 16) +
      (keeps_sources ? round_up(sums.source_length * columns * element_bytes, 16) : 0);
  return {columns,
          threads,
          table_codes,
          keeps_sources,
          (sums.from.width + columns - 1) / columns,
          (sums.receivers.length + threads * receivers - 1) / (threads * receivers),
          bytes};
}

SumsPlan choose_plan(const SampledSums& sums, int64_t element_bytes, int64_t limit) {
  const int buckets = 1 << sums.bits;
  for (int columns = 8; columns >= kFewestColumns; columns /= 2) {
    const SumsPlan plan = plan_with(sums, columns, element_bytes, buckets, /*keeps_sources=*/true);
    if (plan.shared_bytes <= limit && (plan.tiles == 1 || columns == kFewestColumns)) return plan;
  }
  // Longer than a block can hold: sources stay in global memory, the table holds some codes at a
  // time.
  int codes = buckets;
  while (plan_with(sums, kFewestColumns, element_bytes, codes, false).shared_bytes > limit)
    codes /= 2;
  return plan_with(sums, kFewestColumns, element_bytes, codes, false);
}

template <class T>
cudaError_t launch_sums(const SampledSums& sums, cudaStream_t stream) {
  int64_t limit = 0;
  const cudaError_t error = shared_memory_limit(&limit);
  if (error != cudaSuccess) return error;
  const SumsPlan plan = choose_plan(sums, sizeof(T), limit);
  const auto kernel = !plan.keeps_sources ? sum_buckets<T, 2, false>
                      : plan.columns == 8 ? sum_buckets<T, 8, true>
                      : plan.columns == 4 ? sum_buckets<T, 4, true>
                                          : sum_buckets<T, 2, true>;
  return launch(kernel, sums.heads.count * plan.slices * plan.tiles, plan.threads,
                plan.shared_bytes, stream, sums, plan);
}

}  // namespace

cudaError_t sampled_sums(const SampledSums& sums, cudaStream_t stream) {
  return for_element(sums.element,
                     [&](auto zero) { return launch_sums<decltype(zero)>(sums, stream); });
}

}  // namespace yoso::ops::kernels
