#pragma once

#include <ATen/Parallel.h>

#include <algorithm>
#include <cstdint>

#include "yoso/ops/cpu/buffer.h"
#include "yoso/ops/cpu/row_access.h"
#include "yoso/ops/cpu/valid_rows.h"

namespace yoso::ops::cpu {

/// The two sides of an attention; sums run from one to the other.
enum Side : int { kQuery = 0, kKey = 1 };
constexpr Side other(Side side) { return side == kQuery ? kKey : kQuery; }

/// Consecutive heads that are worked on together. Heads are counted over the whole batch: those of
/// sequence 0, then those of sequence 1 and so on. Here and in all CPU kernels `head` counts within
/// the group, and `head_in_sequence` is the index in a tensor's dimension of heads.
struct HeadGroup {
  Workspace* memory;  // for them all

  const ValidRows* rows[2];  // queries, keys
  int64_t heads_per_sequence;
  int64_t first;  // head 0 of the group, counted over the batch
  int64_t count;

  int64_t sequence(int64_t head) const { return (first + head) / heads_per_sequence; }
  int64_t head_in_sequence(int64_t head) const { return (first + head) % heads_per_sequence; }
  int64_t row_count(Side side, int64_t head) const { return rows[side]->count(sequence(head)); }
  int64_t max_rows(Side side) const { return rows[side]->max_count(); }

  /// Columns [column, column + columns) of `size` valid rows from number `row` on.
  RowRange range(Side side, int64_t head, int64_t row, int64_t size, int64_t column,
                 int64_t columns) const {
    const int64_t b = sequence(head);
    return {b, head_in_sequence(head), rows[side]->positions(b) + row, size, column, columns};
  }
};

/// Calls work(heads) on group after group of the batch · heads_per_sequence heads. Groups are so
/// large that every worker has a head, or several, and so small that working memory stays at one
/// head per worker or what the second-level cache holds, since a group is worked on step by step:
/// at 1024 rows, groups of 8 MiB took twice as long in the forward. Results do not depend on the
/// grouping: no sum crosses a head.
template <class Work>
void for_each_group(const ValidRows& queries, const ValidRows& keys, int64_t batch,
                    int64_t heads_per_sequence, int64_t bytes_per_head, const Work& work) {
  constexpr int64_t kBytes = 2 << 20;
  const int64_t fitting = kBytes / std::max<int64_t>(bytes_per_head, 1);
  const int64_t workers = at::get_num_threads();
  const int64_t size = std::max(workers, fitting / workers * workers);
  const int64_t all = batch * heads_per_sequence;
  for (int64_t first = 0; first < all; first += size) {
    const int64_t count = std::min(size, all - first);
    constexpr int64_t kGaps = 4 << 10;  // between its parts
    Workspace memory(count * bytes_per_head + kGaps);
    work(HeadGroup{&memory, {&queries, &keys}, heads_per_sequence, first, count});
  }
}

/// Calls work(head, first row, number of rows) for all valid rows of one side, `size` at a time,
/// in parallel; each worker calls a `work` of its own, made by make_work().
template <class MakeWork>
void for_row_blocks(const HeadGroup& heads, Side side, int64_t size, const MakeWork& make_work) {
  const int64_t blocks = (heads.max_rows(side) + size - 1) / size;
  at::parallel_for(0, heads.count * blocks, 1, [&](int64_t begin, int64_t end) {
    auto work = make_work();
    for (int64_t unit = begin; unit < end; ++unit) {
      const int64_t head = unit / blocks, first = unit % blocks * size;
      const int64_t count = std::min(size, heads.row_count(side, head) - first);
      if (count > 0) work(head, first, count);
    }
  });
}

}  // namespace yoso::ops::cpu
