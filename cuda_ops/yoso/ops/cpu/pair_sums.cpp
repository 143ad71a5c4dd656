#include "yoso/ops/cpu/pair_sums.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <limits>

#include "yoso/ops/cpu/buffer.h"
#include "yoso/ops/cpu/large_bucket_sums.h"
#include "yoso/ops/cpu/partners.h"

namespace yoso::ops::cpu {
namespace {

constexpr int64_t kPairRows = 64;  // rows one worker takes at a time

/// The rows of a group of places, packed as x then y.
struct Packed {
  Packed(const Places& places, const BucketCost& cost, Element type)
      : type(type),
        width(cost.x_width + cost.y_width),
        bytes{places.max_rows(kQuery) * width * size_of(type),
              places.max_rows(kKey) * width * size_of(type)},
        rows_{Buffer<char>(places.count * bytes[kQuery]),
              Buffer<char>(places.count * bytes[kKey])} {}

  char* data(Side side, int64_t place, int64_t row) {
    return rows_[side].data() + place * bytes[side] + row * width * size_of(type);
  }
  StoredRows rows(Side side, int64_t place) { return {data(side, place, 0), type, width}; }

  Element type;
  int64_t width;
  int64_t bytes[2];  // of a place

 private:
  Buffer<char> rows_[2];
};

}  // namespace

/// Rows are kept in bfloat16 where all are, in half the cache.
template <class T>
Element PairSums<T>::stored() const {
  for (const RowReader* rows : {x[kQuery], x[kKey], y[kQuery], y[kKey]})
    if (rows != nullptr && rows->type() != Element::bfloat16)
      return sizeof(T) == sizeof(double) ? Element::float64 : Element::float32;
  return Element::bfloat16;
}

template <class T>
BucketCost PairSums<T>::cost() const {
  const int64_t multiple = stored() == Element::bfloat16 ? 2 * kSlice : kSlice;
  return {x[kKey] != nullptr ? round_up(x[kKey]->width(), multiple) : 0,
          round_up(y[kKey]->width(), multiple), weight == PairWeight::constant};
}

template <class T>
int64_t PairSums<T>::bytes_per_place(int64_t hashes, const RealRows& queries,
                                     const RealRows& keys) const {
  const int64_t rows = queries.max_count() + keys.max_count();
  const int64_t columns = 2 * (cost().x_width + cost().y_width);
  return rows * columns * static_cast<int64_t>(sizeof(T)) +
         BucketLists<int32_t>::bytes_per_place(hashes, bits, queries, keys);
}

template <class T>
void PairSums<T>::run(const Slots& slots) const {
  const int64_t rows = std::max(slots.places().max_rows(kQuery), slots.places().max_rows(kKey));
  if (rows <= std::numeric_limits<uint16_t>::max())
    run_with<uint16_t>(slots);
  else
    run_with<int32_t>(slots);
}

template <class T>
template <class Index>
void PairSums<T>::run_with(const Slots& slots) const {
  const Places& places = slots.places();
  const BucketCost sizes = cost();
  const BucketLists<Index> lists(slots, sizes);
  Packed packed(places, sizes, stored());

  for (Side side : {kQuery, kKey}) {
    if (y[side] == nullptr && sizes.x_width == 0) continue;
    for_row_blocks(places, side, kPairRows, [&] {
      return [&, side](int64_t place, int64_t first, int64_t count) {
        char* const rows = packed.data(side, place, first);
        if (sizes.x_width > 0)
          x[side]->read_as(packed.type, places.range(side, place, first, count, 0, sizes.x_width),
                           rows, packed.width);
        y[side]->read_as(packed.type, places.range(side, place, first, count, 0, sizes.y_width),
                         rows + sizes.x_width * size_of(packed.type), packed.width);
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
        T* const grad =
            held > 0 ? grad_buffer.data() + (place * stride + first) * grad_width : own_grad.data();
        T* const sum =
            held > 0 ? sum_buffer.data() + (place * stride + first) * sum_width : own_sum.data();
        std::fill_n(grad, count * grad_width, T(0));
        std::fill_n(sum, count * sum_width, T(0));
        for (int64_t r = 0; r < count; ++r) {
          const char* const row = packed.data(side, place, first + r);
          partners.visit(
              slots, lists, place, side, first + r, [&](const int32_t* list, int64_t size) {
                kernels<T>().pair_sum({.row = row,
                                       .others = packed.data(other(side), place, 0),
                                       .type = packed.type,
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
        const StoredRows rows[2] = {packed.rows(kQuery, place), packed.rows(kKey, place)};
        T* const grad = grad_buffer.data() + place * stride * grad_width;
        T* const sum = sum_buffer.data() + place * stride * sum_width;
        for (int64_t hash = 0; hash < slots.hashes(); ++hash) {
          const Index* const order[2] = {lists.order(kQuery, place, hash),
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
