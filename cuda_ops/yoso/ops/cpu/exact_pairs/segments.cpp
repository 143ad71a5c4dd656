#include "yoso/ops/cpu/exact_pairs/segments.h"

#include <c10/util/Exception.h>

#include <algorithm>

namespace yoso::ops::cpu {
namespace {

/// Rows of a side from number `first` on that belong to document `id`.
int64_t length_of(const int32_t* ids, int64_t stride, const ValidRows& rows, int64_t sequence,
                  int64_t first, int32_t id) {
  const int32_t* const positions = rows.positions(sequence);
  int64_t end = first;
  while (end < rows.count(sequence) && ids[positions[end] * stride] == id) ++end;
  return end - first;
}

void check_order(const char* op, const int32_t* ids, int64_t stride, const ValidRows& rows,
                 int64_t sequence) {
  const int32_t* const positions = rows.positions(sequence);
  for (int64_t i = 1; i < rows.count(sequence); ++i) {
    const int32_t before = ids[positions[i - 1] * stride], id = ids[positions[i] * stride];
    TORCH_CHECK(before <= id, "yoso::", op, ": document falls from ", before, " to ", id,
                " at position ", positions[i], " of sequence ", sequence);
  }
}

}  // namespace

std::vector<Segment> find_segments(const char* op, const ValidRows& queries, const ValidRows& keys,
                                   int64_t batch, const std::optional<at::Tensor>& document) {
  std::vector<Segment> segments;
  for (int64_t b = 0; b < batch; ++b) {
    const ValidRows* const rows[] = {&queries, &keys};
    if (!document || !document->defined()) {
      segments.push_back(
          {b, {queries.positions(b), keys.positions(b)}, {queries.count(b), keys.count(b)}});
      continue;
    }
    const int64_t stride = document->stride(1);
    const int32_t* const ids = document->const_data_ptr<int32_t>() + b * document->stride(0);
    for (const ValidRows* side : rows) check_order(op, ids, stride, *side, b);
    int64_t next[2] = {0, 0};
    while (next[kQuery] < queries.count(b) || next[kKey] < keys.count(b)) {
      const auto id_of = [&](Side side) {
        return next[side] < rows[side]->count(b)
                   ? int64_t{ids[rows[side]->positions(b)[next[side]] * stride]}
                   : int64_t{1} << 32;
      };
      const auto id = static_cast<int32_t>(std::min(id_of(kQuery), id_of(kKey)));
      Segment segment{b, {}, {}};
      for (Side side : {kQuery, kKey}) {
        segment.positions[side] = rows[side]->positions(b) + next[side];
        segment.count[side] = length_of(ids, stride, *rows[side], b, next[side], id);
        next[side] += segment.count[side];
      }
      segments.push_back(segment);
    }
  }
  return segments;
}

}  // namespace yoso::ops::cpu
