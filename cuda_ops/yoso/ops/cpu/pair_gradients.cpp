#include "yoso/ops/cpu/pair_gradients.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <vector>

#include "yoso/ops/cpu/buffer.h"

namespace yoso::ops::cpu {
namespace {

constexpr int64_t kUnitRows = 64;  // rows one worker takes at a time
constexpr int64_t kUnitColumns =
    32;                             // columns of a large bucket's matrix one worker takes at a time
constexpr int64_t kChunkRows = 64;  // rows of a large bucket gathered at a time

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

/// The rows that meet one row in any hash, each once, with the number of hashes.
class Partners {
 public:
  explicit Partners(int64_t rows) : counts_(rows, 0), list_(rows + 1) {}

  void collect(const Slots& slots, const BucketLists& lists, int64_t place, Side side,
               int64_t row) {
    size_ = 0;
    int32_t met[kMet + kCopied];
    int64_t met_size = 0;
    const uint16_t* slot = slots.of(side, place) + row;
    for (int64_t hash = 0; hash < slots.hashes(); ++hash, slot += slots.stride(side)) {
      const int32_t* offsets = lists.offsets(other(side), place, hash) + *slot;
      const int32_t* bucket = lists.order(other(side), place, hash) + offsets[0];
      const int64_t count = offsets[1] - offsets[0];
      if (count > kCopied) {
        add(bucket, count);
      } else {
        // Most buckets hold a few rows: copying a fixed number spares a branch that none can
        // predict.
        std::copy_n(bucket, kCopied, met + met_size);
        met_size += count;
        if (met_size > kMet - kCopied) {
          add(met, met_size);
          met_size = 0;
        }
      }
    }
    add(met, met_size);
  }

  void clear() {
    for (int64_t e = 0; e < size_; ++e) counts_[list_[e]] = 0;
  }

  const int32_t* list() const { return list_.data(); }
  const int32_t* counts() const { return counts_.data(); }
  int64_t size() const { return size_; }

 private:
  static constexpr int64_t kMet = 256;
  static constexpr int64_t kCopied = BucketLists::kReadable;

  void add(const int32_t* partners, int64_t count) {
    for (int64_t e = 0; e < count; ++e) {
      list_[size_] = partners[e];
      size_ += counts_[partners[e]]++ == 0;
    }
  }

  std::vector<int32_t> counts_;  // by row
  std::vector<int32_t> list_;
  int64_t size_ = 0;
};

/// One large bucket's share of the sums of one side, `columns` of x from `column` on: S = Σ_s y_s
/// x_sᵀ over the partners, then sums_r += y_rᵀ S.
template <class T>
class LargeBuckets {
 public:
  explicit LargeBuckets(const BucketCost& cost)
      : x_width_(cost.x_width),
        y_width_(cost.y_width),
        matrix_(y_width_ * kUnitColumns),
        x_(kChunkRows * kUnitColumns),
        y_(kChunkRows * y_width_) {}

  void add(const LargeBucket& bucket, Side side, const int32_t* const order[2],
           const T* const rows[2], int64_t column, T* sums) {
    const int64_t columns = std::min(kUnitColumns, x_width_ - column);
    const Side from = other(side);
    const int32_t* partners = order[from] + bucket.begin[from];
    for (int64_t first = 0; first < bucket.count[from]; first += kChunkRows) {
      const int64_t count = std::min<int64_t>(kChunkRows, bucket.count[from] - first);
      for (int64_t s = 0; s < count; ++s) {
        const T* row = rows[from] + partners[first + s] * (x_width_ + y_width_);
        std::copy_n(row + column, columns, x_.data() + s * columns);
        std::copy_n(row + x_width_, y_width_, y_.data() + s * y_width_);
      }
      kernels<T>().multiply({y_.data(), 1, y_width_, x_.data(), columns, matrix_.data(), columns,
                             y_width_, columns, count, /*accumulate=*/first > 0});
    }
    const int32_t* receivers = order[side] + bucket.begin[side];
    for (int64_t first = 0; first < bucket.count[side]; first += kChunkRows) {
      const int64_t count = std::min<int64_t>(kChunkRows, bucket.count[side] - first);
      for (int64_t r = 0; r < count; ++r) {
        const T* row = rows[side] + receivers[first + r] * (x_width_ + y_width_);
        std::copy_n(row + x_width_, y_width_, y_.data() + r * y_width_);
      }
      kernels<T>().multiply({y_.data(), y_width_, 1, matrix_.data(), columns, x_.data(), columns,
                             count, columns, y_width_, /*accumulate=*/false});
      for (int64_t r = 0; r < count; ++r) {
        T* to = sums + receivers[first + r] * x_width_ + column;
        for (int64_t c = 0; c < columns; ++c) to[c] += x_.data()[r * columns + c];
      }
    }
  }

 private:
  int64_t x_width_, y_width_;
  Buffer<T> matrix_, x_, y_;
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

  for_row_blocks(places, kUnitRows, [&] {
    return [&](int64_t place, Side side, int64_t first, int64_t count) {
      T* rows = packed.rows(side, place) + first * packed.width;
      x[side].read(places.range(side, place, first, count, 0, sizes.x_width), rows, packed.width);
      y[side].read(places.range(side, place, first, count, 0, sizes.y_width), rows + sizes.x_width,
                   packed.width);
    };
  });

  for_row_blocks(places, kUnitRows, [&] {
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

  const int64_t slices = (sizes.x_width + kUnitColumns - 1) / kUnitColumns;
  at::parallel_for(0, places.count * 2 * slices, 1, [&](int64_t begin, int64_t end) {
    LargeBuckets<T> buckets(sizes);
    for (int64_t unit = begin; unit < end; ++unit) {
      const int64_t place = unit / (2 * slices), column = unit % slices * kUnitColumns;
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

  for_row_blocks(places, kUnitRows, [&] {
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
