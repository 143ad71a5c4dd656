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

/// Consecutive (batch, head) pairs that are worked on together; `place` counts within them.
struct Places {
  Workspace* memory;  // for them all

  const ValidRows* rows[2];  // queries, keys
  int64_t heads;
  int64_t first;  // batch index · heads + head of place 0
  int64_t count;

  int64_t sequence(int64_t place) const { return (first + place) / heads; }
  int64_t head(int64_t place) const { return (first + place) % heads; }
  int64_t row_count(Side side, int64_t place) const { return rows[side]->count(sequence(place)); }
  int64_t max_rows(Side side) const { return rows[side]->max_count(); }

  /// Columns [column, column + columns) of `size` valid rows from number `row` on.
  RowRange range(Side side, int64_t place, int64_t row, int64_t size, int64_t column,
                 int64_t columns) const {
    const int64_t b = sequence(place);
    return {b, head(place), rows[side]->positions(b) + row, size, column, columns};
  }
};

/// Calls work(places) on group after group of the batch · heads pairs. Groups are so large that
/// every worker has a pair, or several, and so small that working memory stays at one pair per
/// worker or what the second-level cache holds, since a group is worked on step by step: at 1024
/// rows, groups of 8 MiB took twice as long in the forward. Results do not depend on the grouping:
/// no sum crosses a pair.
template <class Work>
void for_each_group(const ValidRows& queries, const ValidRows& keys, int64_t batch, int64_t heads,
                    int64_t bytes_per_place, const Work& work) {
  constexpr int64_t kBytes = 2 << 20;
  const int64_t fitting = kBytes / std::max<int64_t>(bytes_per_place, 1);
  const int64_t workers = at::get_num_threads();
  const int64_t size = std::max(workers, fitting / workers * workers);
  for (int64_t first = 0; first < batch * heads; first += size) {
    const int64_t count = std::min(size, batch * heads - first);
    constexpr int64_t kGaps = 4 << 10;  // between its parts
    Workspace memory(count * bytes_per_place + kGaps);
    work(Places{&memory, {&queries, &keys}, heads, first, count});
  }
}

/// Calls work(place, first row, number of rows) for all valid rows of one side, `size` at a time,
/// in parallel; each worker calls a `work` of its own, made by make_work().
template <class MakeWork>
void for_row_blocks(const Places& places, Side side, int64_t size, const MakeWork& make_work) {
  const int64_t blocks = (places.max_rows(side) + size - 1) / size;
  at::parallel_for(0, places.count * blocks, 1, [&](int64_t begin, int64_t end) {
    auto work = make_work();
    for (int64_t unit = begin; unit < end; ++unit) {
      const int64_t place = unit / blocks, first = unit % blocks * size;
      const int64_t count = std::min(size, places.row_count(side, place) - first);
      if (count > 0) work(place, first, count);
    }
  });
}

}  // namespace yoso::ops::cpu
