#include "yoso/ops/cpu/pair_gradients.h"

#include <ATen/Parallel.h>

#include <algorithm>

#include "yoso/ops/cpu/buffer.h"
#include "yoso/ops/cpu/large_bucket_sums.h"
#include "yoso/ops/cpu/partners.h"

namespace yoso::ops::cpu {
namespace {

constexpr int64_t kPairRows = 64;  // rows one worker takes at a time

/// The rows of a group of places, converted and packed as x then y, and the sums for them.
template <class T>
struct Packed {
  Packed(const Places& places, const BucketCost& cost)
      : x_width(cost.x_width),
        width(cost.x_width + cost.y_width),
        stride{places.max_rows(kQuery), places.max_rows(kKey)},
        rows_{Buffer<T>(places.count * stride[kQuery] * width),
              Buffer<T>(places.count * stride[kKey] * width)},
        sums_{Buffer<T>(places.count * stride[kQuery] * x_width),
              Buffer<T>(places.count * stride[kKey] * x_width)} {}

  T* rows(Side side, int64_t place) { return rows_[side].data() + place * stride[side] * width; }
  T* sums(Side side, int64_t place) { return sums_[side].data() + place * stride[side] * x_width; }

  int64_t x_width, width;
  int64_t stride[2];

 private:
  Buffer<T> rows_[2], sums_[2];
};

}  // namespace

template <class T>
BucketCost PairGradients<T>::cost() const {
  return {round_up(x[0].width(), kSlice), round_up(y[0].width(), kSlice),
          weight == PairWeight::constant};
}

template <class T>
int64_t PairGradients<T>::bytes_per_place(int64_t hashes, const RealRows& queries,
                                          const RealRows& keys) const {
  const int64_t rows = queries.max_count() + keys.max_count();
  const int64_t columns = 2 * cost().x_width + cost().y_width;
  return rows * columns * static_cast<int64_t>(sizeof(T)) +
         BucketLists::bytes_per_place(hashes, bits, queries, keys);
}

template <class T>
void PairGradients<T>::run(const Slots& slots) const {
  const Places& places = slots.places();
  const BucketCost sizes = cost();
  const BucketLists lists(slots, sizes);
  Packed<T> packed(places, sizes);

  for_row_blocks(places, kPairRows, [&] {
    return [&](int64_t place, Side side, int64_t first, int64_t count) {
      T* rows = packed.rows(side, place) + first * packed.width;
      x[side].read(places.range(side, place, first, count, 0, sizes.x_width), rows, packed.width);
      y[side].read(places.range(side, place, first, count, 0, sizes.y_width), rows + sizes.x_width,
                   packed.width);
    };
  });

  for_row_blocks(places, kPairRows, [&] {
    return [&, partners = Partners(std::max(slots.stride(kQuery), slots.stride(kKey)))](
               int64_t place, Side side, int64_t first, int64_t count) mutable {
      if (out[side] == nullptr) return;
      T* sums = packed.sums(side, place) + first * sizes.x_width;
      std::fill_n(sums, count * sizes.x_width, T(0));
      for (int64_t r = 0; r < count; ++r) {
        partners.collect(slots, lists, place, side, first + r);
        kernels<T>().pair_sum({.row = packed.rows(side, place) + (first + r) * packed.width,
                               .others = packed.rows(other(side), place),
                               .x_width = sizes.x_width,
                               .y_width = sizes.y_width,
                               .partners = partners.list(),
                               .counts = partners.counts(),
                               .partner_count = partners.size(),
                               .weight = weight,
                               .bits = bits,
                               .out = sums + r * sizes.x_width});
        partners.clear();
      }
    };
  });

  const int64_t slices =
      (sizes.x_width + LargeBucketSums<T>::kColumns - 1) / LargeBucketSums<T>::kColumns;
  at::parallel_for(0, places.count * 2 * slices, 1, [&](int64_t begin, int64_t end) {
    LargeBucketSums<T> buckets(sizes);
    for (int64_t unit = begin; unit < end; ++unit) {
      const int64_t place = unit / (2 * slices),
                    column = unit % slices * LargeBucketSums<T>::kColumns;
      const Side side = unit / slices % 2 == 0 ? kQuery : kKey;
      if (out[side] == nullptr) continue;
      const T* const rows[2] = {packed.rows(kQuery, place), packed.rows(kKey, place)};
      for (int64_t hash = 0; hash < slots.hashes(); ++hash) {
        const int32_t* const order[2] = {lists.order(kQuery, place, hash),
                                         lists.order(kKey, place, hash)};
        for (const LargeBucket& bucket : lists.large(place, hash))
          buckets.add(bucket, side, order, rows, column, packed.sums(side, place));
      }
    }
  });

  for_row_blocks(places, kPairRows, [&] {
    return [&](int64_t place, Side side, int64_t first, int64_t count) {
      if (out[side] == nullptr) return;
      out[side]->write(places.range(side, place, first, count, 0, sizes.x_width),
                       packed.sums(side, place) + first * sizes.x_width, sizes.x_width, factor);
    };
  });
}

template struct PairGradients<float>;
template struct PairGradients<double>;

}  // namespace yoso::ops::cpu
