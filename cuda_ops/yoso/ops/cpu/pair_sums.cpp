#include "yoso/ops/cpu/pair_sums.h"

#include <ATen/Parallel.h>

#include <algorithm>

#include "yoso/ops/cpu/buffer.h"
#include "yoso/ops/cpu/large_bucket_sums.h"
#include "yoso/ops/cpu/partners.h"

namespace yoso::ops::cpu {
namespace {

constexpr int64_t kPairRows = 64;  // rows one worker takes at a time

/// The rows of a group of places, converted and packed as x then y.
template <class T>
struct Packed {
  Packed(const Places& places, const BucketCost& cost)
      : width(cost.x_width + cost.y_width),
        stride{places.max_rows(kQuery), places.max_rows(kKey)},
        rows_{Buffer<T>(places.count * stride[kQuery] * width),
              Buffer<T>(places.count * stride[kKey] * width)} {}

  T* rows(Side side, int64_t place) { return rows_[side].data() + place * stride[side] * width; }

  int64_t width;
  int64_t stride[2];

 private:
  Buffer<T> rows_[2];
};

}  // namespace

template <class T>
BucketCost PairSums<T>::cost() const {
  return {needs_grad() ? round_up(x[kKey]->width(), kSlice) : 0,
          round_up(y[kKey]->width(), kSlice), weight == PairWeight::constant};
}

template <class T>
int64_t PairSums<T>::bytes_per_place(int64_t hashes, const RealRows& queries,
                                     const RealRows& keys) const {
  const int64_t rows = queries.max_count() + keys.max_count();
  const int64_t columns = 2 * (cost().x_width + cost().y_width);
  return rows * columns * static_cast<int64_t>(sizeof(T)) +
         BucketLists::bytes_per_place(hashes, bits, queries, keys);
}

template <class T>
void PairSums<T>::run(const Slots& slots) const {
  const Places& places = slots.places();
  const BucketCost sizes = cost();
  const BucketLists lists(slots, sizes);
  Packed<T> packed(places, sizes);

  for (Side side : {kQuery, kKey}) {
    if (y[side] == nullptr && sizes.x_width == 0) continue;
    for_row_blocks(places, side, kPairRows, [&] {
      return [&, side](int64_t place, int64_t first, int64_t count) {
        T* rows = packed.rows(side, place) + first * packed.width;
        if (sizes.x_width > 0)
          x[side]->read(places.range(side, place, first, count, 0, sizes.x_width), rows,
                        packed.width);
        y[side]->read(places.range(side, place, first, count, 0, sizes.y_width),
                      rows + sizes.x_width, packed.width);
      };
    });
  }

  for (Side side : {kQuery, kKey}) {
    if (!needs(side)) continue;
    const int64_t grad_width = grad_x[side] != nullptr ? sizes.x_width : 0;
    const int64_t sum_width = sums[side] != nullptr ? sizes.y_width : 0;
    const int64_t stride = places.max_rows(side);
    const int64_t held = lists.any_large() ? places.count * stride : 0;
    Buffer<T> grad_buffer(held * grad_width), sum_buffer(held * sum_width);
    const auto write = [&](int64_t place, int64_t first, int64_t count, const T* grad,
                           const T* sum) {
      if (grad_width > 0)
        grad_x[side]->write(places.range(side, place, first, count, 0, grad_width), grad,
                            grad_width, grad_factor);
      if (sum_width > 0)
        sums[side]->write(places.range(side, place, first, count, 0, sum_width), sum, sum_width,
                          sum_factor);
    };

    for_row_blocks(places, side, kPairRows, [&] {
      return [&, partners = Partners(), own_grad = Buffer<T>(kPairRows * grad_width),
              own_sum = Buffer<T>(kPairRows * sum_width)](int64_t place, int64_t first,
                                                          int64_t count) mutable {
        T* const grad = held > 0 ? grad_buffer.data() + (place * stride + first) * grad_width
                                 : own_grad.data();
        T* const sum =
            held > 0 ? sum_buffer.data() + (place * stride + first) * sum_width : own_sum.data();
        std::fill_n(grad, count * grad_width, T(0));
        std::fill_n(sum, count * sum_width, T(0));
        for (int64_t r = 0; r < count; ++r) {
          const T* const row = packed.rows(side, place) + (first + r) * packed.width;
          partners.visit(slots, lists, place, side, first + r,
                         [&](const int32_t* list, int64_t size) {
                           kernels<T>().pair_sum(
                               {.row = row,
                                .others = packed.rows(other(side), place),
                                .x_width = sizes.x_width,
                                .y_width = sizes.y_width,
                                .partners = list,
                                .partner_count = size,
                                .weight = weight,
                                .bits = bits,
                                .grad = grad_width > 0 ? grad + r * grad_width : nullptr,
                                .sum = sum_width > 0 ? sum + r * sum_width : nullptr});
                         });
        }
        if (held == 0) write(place, first, count, grad, sum);
      };
    });
    if (held == 0) continue;

    constexpr int64_t kColumns = LargeBucketSums<T>::kColumns;
    const int64_t grad_slices = (grad_width + kColumns - 1) / kColumns;
    const int64_t slices = grad_slices + (sum_width + kColumns - 1) / kColumns;
    at::parallel_for(0, places.count * slices, 1, [&](int64_t begin, int64_t end) {
      LargeBucketSums<T> buckets(sizes);
      for (int64_t unit = begin; unit < end; ++unit) {
        const int64_t place = unit / slices, slice = unit % slices;
        const T* const rows[2] = {packed.rows(kQuery, place), packed.rows(kKey, place)};
        T* const grad = grad_buffer.data() + place * stride * grad_width;
        T* const sum = sum_buffer.data() + place * stride * sum_width;
        for (int64_t hash = 0; hash < slots.hashes(); ++hash) {
          const int32_t* const order[2] = {lists.order(kQuery, place, hash),
                                           lists.order(kKey, place, hash)};
          for (const LargeBucket& bucket : lists.large(place, hash)) {
            if (slice < grad_slices)
              buckets.add_grads(bucket, side, order, rows, slice * kColumns, grad);
            else
              buckets.add_sums(bucket, side, order, rows, (slice - grad_slices) * kColumns, sum);
          }
        }
      }
    });
    for_row_blocks(places, side, kPairRows, [&] {
      return [&](int64_t place, int64_t first, int64_t count) {
        write(place, first, count, grad_buffer.data() + (place * stride + first) * grad_width,
              sum_buffer.data() + (place * stride + first) * sum_width);
      };
    });
  }
}

template struct PairSums<float>;
template struct PairSums<double>;

}  // namespace yoso::ops::cpu
