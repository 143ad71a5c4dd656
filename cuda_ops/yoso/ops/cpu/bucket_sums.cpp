#include "yoso/ops/cpu/bucket_sums.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <vector>

#include "yoso/ops/cpu/bucket_lists.h"
#include "yoso/ops/cpu/packed_rows.h"

namespace yoso::ops::cpu {
namespace {

constexpr int64_t kFew = kReadable;  // keys of a bucket that are gathered one by one
constexpr int64_t kFewestHashes = 8, kMostHashes = 64;  // at a time
constexpr int64_t kTableBytes = 2 << 20;                // of the totals of these hashes
constexpr int64_t kQueryRows = 64;                      // rows one worker takes at a time

/// The totals of heavy buckets, of more than kFew keys, for some hashes of all heads. A bucket that
/// begins at position b of the order has row b / (kFew + 1) to itself.
template <class T>
class Totals {
 public:
  Totals(const HeadGroup& heads, int64_t width, int64_t hashes)
      : width_(width),
        rows_(rows_of(heads.max_rows(kKey))),
        hashes_(hashes_at_once(hashes, rows_ * width)),
        table_(*heads.memory, heads.count * hashes_ * rows_ * width) {}

  static int64_t bytes_per_head(int64_t keys, int64_t width, int64_t hashes) {
    const int64_t size = rows_of(keys) * width;
    return hashes_at_once(hashes, size) * size * static_cast<int64_t>(sizeof(T));
  }

  int64_t hashes() const { return hashes_; }
  T* of(int64_t head, int64_t hash, int64_t begin) {
    return table_.data() + ((head * hashes_ + hash) * rows_ + begin / (kFew + 1)) * width_;
  }

 private:
  static int64_t rows_of(int64_t keys) { return keys / (kFew + 1) + 1; }
  static int64_t hashes_at_once(int64_t hashes, int64_t size) {
    // Values may have no columns.
    const int64_t bytes = std::max<int64_t>(size * static_cast<int64_t>(sizeof(T)), 1);
    const int64_t fitting = kTableBytes / bytes;
    return std::min({hashes, kMostHashes, std::max(fitting, kFewestHashes)});
  }

  int64_t width_, rows_, hashes_;
  Buffer<T> table_;
};

}  // namespace

template <class T>
int64_t BucketSums<T>::bytes_per_head(int64_t hashes, const ValidRows& queries,
                                      const ValidRows& keys) const {
  const Element type = stored_type<T>({value});
  const int64_t width = packed_width(value->width(), type);
  return queries.max_count() * width * static_cast<int64_t>(sizeof(T)) +
         keys.max_count() * width * size_of(type) +
         Totals<T>::bytes_per_head(keys.max_count(), width, hashes) +
         list_bytes_per_head(hashes, queries, keys) / 2;
}

template <class T>
void BucketSums<T>::run(const BucketIds& ids) const {
  if (is_narrow(ids.heads().max_rows(kKey)))
    run_with<uint16_t>(ids);
  else
    run_with<int32_t>(ids);
}

template <class T>
template <class Index>
void BucketSums<T>::run_with(const BucketIds& ids) const {
  const HeadGroup& heads = ids.heads();
  const Element type = stored_type<T>({value});
  const int64_t width = packed_width(value->width(), type), hashes = ids.hashes();
  const BucketLists<Index> lists(ids, kFew);
  PackedRows values(heads, kKey, width, type);
  values.fill(*value, 0, width);
  Totals<T> totals(heads, width, hashes);
  const int64_t query_stride = heads.max_rows(kQuery);
  Buffer<T> sums(*heads.memory, heads.count * query_stride * width);

  const auto add_up = [&](int64_t head, int64_t hash, int64_t number, std::vector<int32_t>& keys) {
    for (const HeavyBucket& heavy : lists.heavy(head, hash)) {
      const int64_t begin = heavy.begin[kKey], count = heavy.count[kKey];
      const Index* const bucket = lists.order(kKey, head, hash) + begin;
      keys.assign(bucket, bucket + count);
      T* const total = totals.of(head, number, begin);
      std::fill_n(total, width, T(0));
      kernels<T>().row_sum({values.data(head), type, width, keys.data(), count, nullptr, 0, total});
    }
  };

  const auto gather = [&](int64_t head, int64_t row, int64_t first_hash, int64_t last_hash) {
    int32_t matches[kMostHashes * kFew + kFew];
    const T* bucket_totals[kMostHashes + 1];
    int64_t match_count = 0, total_count = 0;
    const Stretch<Index>* found = lists.matches(kQuery, head, first_hash) + row;
    const Index* order = lists.order(kKey, head, first_hash);
    const int64_t found_stride = lists.stride(kQuery), order_stride = lists.stride(kKey);
    for (int64_t number = 0; number < last_hash - first_hash; ++number) {
      const int64_t begin = found->begin, count = found->count;
      // Most buckets hold few rows: copying a fixed number spares an unpredictable branch.
      std::copy_n(order + begin, kFew, matches + match_count);
      if (count > kFew)
        bucket_totals[total_count++] = totals.of(head, number, begin);
      else
        match_count += count;
      found += found_stride;
      order += order_stride;
    }
    kernels<T>().row_sum({values.data(head), type, width, matches, match_count, bucket_totals,
                          total_count, sums.data() + (head * query_stride + row) * width});
  };

  for (int64_t first_hash = 0; first_hash < hashes; first_hash += totals.hashes()) {
    const int64_t last_hash = std::min(first_hash + totals.hashes(), hashes);
    const int64_t count = last_hash - first_hash;
    at::parallel_for(0, heads.count * count, 1, [&](int64_t begin, int64_t end) {
      std::vector<int32_t> keys;
      for (int64_t unit = begin; unit < end; ++unit)
        add_up(unit / count, first_hash + unit % count, unit % count, keys);
    });
    for_row_blocks(heads, kQuery, kQueryRows, [&] {
      return [&](int64_t head, int64_t first, int64_t rows) {
        T* const block = sums.data() + (head * query_stride + first) * width;
        if (first_hash == 0) std::fill_n(block, rows * width, T(0));
        for (int64_t r = 0; r < rows; ++r) gather(head, first + r, first_hash, last_hash);
        if (last_hash < hashes) return;
        kernels<T>().order_columns(block, rows * width, type);
        result->write(heads.range(kQuery, head, first, rows, 0, width), block, width, factor);
      };
    });
  }
}

template struct BucketSums<float>;
template struct BucketSums<double>;

}  // namespace yoso::ops::cpu
