#include "yoso/ops/cpu/pair_gradients.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "yoso/ops/cpu/buffer.h"
#include "yoso/ops/cpu/matches.h"

namespace yoso::ops::cpu {
namespace {

constexpr int64_t kPairRows = 64;  // rows one worker takes at a time

/// Whether a bucket is cheaper as dense products than pair by pair, as measured with 64 columns. By
/// tiles, 256 pairs cost about as much as 10 that are gathered.
constexpr HeavyRule kHeavy{3, 40}, kHeavyForTiles{2, 40};

}  // namespace

/// The sums of a group of heads while they grow: for all rows of a side or, where no later step
/// adds to them, for the rows that a worker is at.
template <class T>
struct PairGradients<T>::Accumulators {
  Accumulators(const PairGradients& p, const HeadGroup& heads, bool held) : held(held) {
    for (Side side : {kQuery, kKey}) {
      grad_width[side] = p.grad_x[side] != nullptr ? p.x_width() : 0;
      sum_width[side] = p.sum(side) != nullptr ? p.y_width() : 0;
      stride[side] = heads.max_rows(side);
      const int64_t rows = held ? heads.count * stride[side] : 0;
      grads[side].emplace(*heads.memory, rows * grad_width[side]);
      sums[side].emplace(*heads.memory, rows * sum_width[side]);
    }
  }
  T* grad(Side side, int64_t head, int64_t row = 0) {
    return grads[side]->data() + (head * stride[side] + row) * grad_width[side];
  }
  T* sum(Side side, int64_t head, int64_t row = 0) {
    return sums[side]->data() + (head * stride[side] + row) * sum_width[side];
  }
  void write(const PairGradients& p, const HeadGroup& heads, Side side, int64_t head, int64_t first,
             int64_t count, T* grad, T* sum) const {
    const auto write_columns = [&](const RowWriter* writer, T* rows, int64_t width, T factor) {
      if (width == 0) return;
      kernels<T>().order_columns(rows, count * width, p.stored());
      writer->write(heads.range(side, head, first, count, 0, width), rows, width, factor);
    };
    write_columns(p.grad_x[side], grad, grad_width[side], p.grad_factor);
    write_columns(p.sum(side), sum, sum_width[side], p.sum_factor);
  }

  bool held;
  int64_t grad_width[2], sum_width[2], stride[2];
  std::optional<Buffer<T>> grads[2], sums[2];
};

template <class T>
int64_t PairGradients<T>::bytes_per_head(int64_t hashes, const ValidRows& queries,
                                         const ValidRows& keys) const {
  const int64_t rows = queries.max_count() + keys.max_count();
  return rows * (x_width() + y_width()) * size_of(stored()) +
         list_bytes_per_head(hashes, queries, keys);
}

template <class T>
void PairGradients<T>::run(const BucketIds& ids) const {
  const int64_t rows = std::max(ids.heads().max_rows(kQuery), ids.heads().max_rows(kKey));
  if (is_narrow(rows))
    run_with<uint16_t>(ids);
  else
    run_with<int32_t>(ids);
}

template <class T>
template <class Index>
void PairGradients<T>::run_with(const BucketIds& ids) const {
  const HeadGroup& heads = ids.heads();
  const bool tiles = stored() == Element::bfloat16 && kernels<T>().matrix_codes != nullptr;
  const BucketLists<Index> lists(ids, tiles ? kHeavyForTiles : kHeavy);
  PackedRows rows[] = {{heads, kQuery, x_width() + y_width(), stored()},
                       {heads, kKey, x_width() + y_width(), stored()}};
  for (Side side : {kQuery, kKey}) {
    rows[side].fill(*x[side], 0, x_width());
    rows[side].fill(*y[side], x_width(), y_width());
  }
  Accumulators sums(*this, heads, lists.any_heavy());
  for (Side side : {kQuery, kKey})
    if (needs(side)) add_light(heads, lists, rows, side, sums);
  if (!sums.held) return;

  add_heavy(heads, ids.hashes(), lists, rows, sums);
  for (Side side : {kQuery, kKey}) {
    for_row_blocks(heads, side, kPairRows, [&] {
      return [&, side](int64_t head, int64_t first, int64_t count) {
        sums.write(*this, heads, side, head, first, count, sums.grad(side, head, first),
                   sums.sum(side, head, first));
      };
    });
  }
}

template <class T>
template <class Index>
void PairGradients<T>::add_light(const HeadGroup& heads, const BucketLists<Index>& lists,
                                 const PackedRows rows[2], Side side, Accumulators& sums) const {
  const int64_t grad_width = sums.grad_width[side], sum_width = sums.sum_width[side];
  const int64_t x_columns = x_width(), y_columns = y_width();
  for_row_blocks(heads, side, kPairRows, [&] {
    const int64_t own = sums.held ? 0 : kPairRows;
    return [&, own_grad = Buffer<T>(own * grad_width), own_sum = Buffer<T>(own * sum_width)](
               int64_t head, int64_t first, int64_t count) mutable {
      T* const grad = sums.held ? sums.grad(side, head, first) : own_grad.data();
      T* const sum = sums.held ? sums.sum(side, head, first) : own_sum.data();
      std::fill_n(grad, count * grad_width, T(0));
      std::fill_n(sum, count * sum_width, T(0));
      const PackedRows& others = rows[other(side)];
      Matches<Index> matches(lists, head, side, others.data(head), others.row_bytes(),
                             others.row_bytes() * heads.row_count(other(side), head));
      matches.visit(first, count, [&](int64_t row, const int32_t* list, int64_t size) {
        const int64_t r = row - first;
        kernels<T>().pair_sum({.row = rows[side].data(head, row),
                               .others = others.data(head),
                               .type = others.type(),
                               .x_width = x_columns,
                               .y_width = y_columns,
                               .matches = list,
                               .match_count = size,
                               .weight = weight,
                               .bits = bits,
                               .grad = grad_width > 0 ? grad + r * grad_width : nullptr,
                               .sum = sum_width > 0 ? sum + r * sum_width : nullptr});
      });
      if (!sums.held) sums.write(*this, heads, side, head, first, count, grad, sum);
    };
  });
}

template <class T>
template <class Index>
void PairGradients<T>::add_heavy(const HeadGroup& heads, int64_t hashes,
                                 const BucketLists<Index>& lists, const PackedRows rows[2],
                                 Accumulators& sums) const {
  struct Worker {
    explicit Worker(int64_t bytes) : memory(bytes) {}
    Buffer<char> memory;
    std::vector<int32_t> order[2];
  };
  const int64_t bytes = kernels<T>().bucket_memory(x_width(), y_width());
  // Some buckets of one hash of one head.
  const auto add = [&](int64_t head, int64_t hash, int64_t first, int64_t last, Worker& worker) {
    if (first >= last) return;
    std::vector<HeavyBucket> buckets(lists.heavy(head, hash).begin() + first,
                                     lists.heavy(head, hash).begin() + last);
    BucketGradient<T> problem{.buckets = buckets.data(),
                              .bucket_count = last - first,
                              .order = {},
                              .rows = {},
                              .type = stored(),
                              .x_width = x_width(),
                              .y_width = y_width(),
                              .weight = weight,
                              .bits = bits,
                              .grad = {},
                              .sum = {},
                              .memory = worker.memory.data()};
    for (Side side : {kQuery, kKey}) {
      const int32_t begin = buckets.front().begin[side];
      const int32_t end = buckets.back().begin[side] + buckets.back().count[side];
      const Index* const order = lists.order(side, head, hash);
      worker.order[side].assign(order + begin, order + end);
      for (HeavyBucket& bucket : buckets) bucket.begin[side] -= begin;
      problem.order[side] = worker.order[side].data();
      problem.rows[side] = rows[side].data(head);
      problem.grad[side] = sums.grad_width[side] > 0 ? sums.grad(side, head) : nullptr;
      problem.sum[side] = sums.sum_width[side] > 0 ? sums.sum(side, head) : nullptr;
    }
    kernels<T>().bucket_gradient(problem);
  };
  const auto size = [&](int64_t head, int64_t hash) {
    return static_cast<int64_t>(lists.heavy(head, hash).size());
  };

  if (heads.count >= at::get_num_threads()) {
    at::parallel_for(0, heads.count, 1, [&](int64_t begin, int64_t end) {
      Worker worker(bytes);
      for (int64_t head = begin; head < end; ++head)
        for (int64_t hash = 0; hash < hashes; ++hash) add(head, hash, 0, size(head, hash), worker);
    });
    return;
  }
  for (int64_t head = 0; head < heads.count; ++head)
    for (int64_t hash = 0; hash < hashes; ++hash)
      at::parallel_for(0, size(head, hash), 1, [&](int64_t begin, int64_t end) {
        Worker worker(bytes);
        add(head, hash, begin, end, worker);
      });
}

template struct PairGradients<float>;
template struct PairGradients<double>;

}  // namespace yoso::ops::cpu
