#include "yoso/ops/cpu/exact_pairs/pair_finder.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <bit>

#include "yoso/ops/cpu/bucket_lists.h"
#include "yoso/ops/cpu/exact_pairs/head_rows.h"

// No arithmetic but counting. The level is chosen from some of the hashes: their codes are counted
// once, in tables that are folded level by level, since two neighbouring buckets of a level are one
// of the level above. Then, hash by hash, while its tables are in the cache, the keys are sorted by
// bucket and every query looks its bucket up; last, the keys of all its buckets are listed.

namespace yoso::ops::cpu {
namespace {

constexpr int64_t kCountedHashes = 4;  // that the level is chosen from

/// Adds neighbours: to[b] = from[2 b] + from[2 b + 1].
void fold(const std::vector<int32_t>& from, int64_t buckets, std::vector<int32_t>& to) {
  for (int64_t b = 0; b < buckets; ++b) to[b] = from[2 * b] + from[2 * b + 1];
}

}  // namespace

PairFinder::PairFinder(const char* op, const Segment& segment, int64_t head,
                       const at::Tensor codes[2], const ExactPairs& pairs)
    : segment_(segment), pairs_(pairs), hashes_(codes[kKey].size(2)) {
  codes[kKey].scalar_type() == at::kShort ? read_codes<uint16_t>(op, head, codes)
                                          : read_codes<int32_t>(op, head, codes);
  level_ = choose_level();
  list_candidates();
}

template <class Code>
void PairFinder::read_codes(const char* op, int64_t head, const at::Tensor codes[2]) {
  for (Side side : {kQuery, kKey}) {
    const at::Tensor& from = codes[side];
    const int64_t count = segment_.count[side], stride = from.stride(3);
    const int32_t* const positions = segment_.positions[side];
    codes_[side].resize(hashes_ * count);
    uint16_t* to = codes_[side].data();
    for (int64_t hash = 0; hash < hashes_; ++hash, to += count) {
      const Code* const row = static_cast<const Code*>(from.const_data_ptr()) +
                              segment_.sequence * from.stride(0) + head * from.stride(1) +
                              hash * from.stride(2);
      uint32_t all = 0;
      for (int64_t i = 0; i < count; ++i) {
        const Code code = row[positions[i] * stride];
        all |= static_cast<uint32_t>(code);
        to[i] = static_cast<uint16_t>(code);
      }
      TORCH_CHECK(all >> pairs_.hash_bits == 0, "yoso::", op, ": ",
                  side == kQuery ? "query_codes" : "key_codes", " has a code outside [0, 2^",
                  pairs_.hash_bits, ")");
    }
  }
}

/// The level at which buckets of at most `cap` keys hold most keys, but, there and at all finer
/// levels, no more than `partners` a query. Coarser buckets hold more until they pass the cap.
int64_t PairFinder::choose_level() const {
  if (hashes_ == 0) return 0;
  if (pairs_.partners == 0) return pairs_.hash_bits;
  const int64_t keys = segment_.count[kKey], queries = segment_.count[kQuery];
  // One or two levels beyond one key a bucket: finer ones would only lengthen the tables.
  const int64_t finest =
      std::min<int64_t>(pairs_.hash_bits, std::bit_width(static_cast<uint64_t>(keys)) + 1);
  const auto cap = static_cast<int32_t>(std::min<int64_t>(pairs_.cap, keys));
  const int64_t counted = std::min(hashes_, kCountedHashes);
  std::vector<int64_t> met(finest + 1, 0);
  std::vector<int32_t> counts[2], folded[2];
  for (Side side : {kQuery, kKey}) folded[side].resize((int64_t{1} << finest) / 2);
  for (int64_t hash = 0; hash < counted; ++hash) {
    for (Side side : {kQuery, kKey}) {
      counts[side].assign(int64_t{1} << finest, 0);
      const uint16_t* const codes = codes_[side].data() + hash * segment_.count[side];
      for (int64_t i = 0; i < segment_.count[side]; ++i)
        ++counts[side][codes[i] >> (pairs_.hash_bits - finest)];
    }
    for (int64_t level = finest;; --level) {
      const int32_t *const q = counts[kQuery].data(), *const k = counts[kKey].data();
      int64_t pairs = 0;
      for (int64_t b = 0; b < int64_t{1} << level; ++b)
        pairs += int64_t{k[b] <= cap ? k[b] : 0} * q[b];
      met[level] += pairs;
      if (level == 0) break;
      for (Side side : {kQuery, kKey}) {
        fold(counts[side], int64_t{1} << (level - 1), folded[side]);
        std::swap(counts[side], folded[side]);
      }
    }
    for (Side side : {kQuery, kKey})
      folded[side].resize(std::max(folded[side].size(), (size_t{1} << finest) / 2));
  }
  const auto too_many = [&](int64_t level) {
    return met[level] * hashes_ > pairs_.partners * queries * counted;
  };
  int64_t best = finest;
  for (int64_t level = finest; level >= 0 && !too_many(level); --level)
    if (met[level] > met[best]) best = level;
  return best;
}

/// The keys in order of their buckets, and the bucket of every query; none where it has more keys
/// than the cap.
void PairFinder::sort_hash(int64_t hash, std::vector<int32_t>& begin, int32_t* order,
                           Bucket* buckets) const {
  const int64_t keys = segment_.count[kKey], queries = segment_.count[kQuery];
  const int64_t shift = pairs_.hash_bits - level_;
  const uint16_t* codes = codes_[kKey].data() + hash * keys;
  begin.assign((int64_t{1} << level_) + 1, 0);
  for (int64_t i = 0; i < keys; ++i) ++begin[codes[i] >> shift];
  int32_t sum = 0;
  for (int32_t& bucket : begin) bucket = sum += bucket;
  for (int64_t i = keys - 1; i >= 0; --i)
    order[--begin[codes[i] >> shift]] = static_cast<int32_t>(i);
  codes = codes_[kQuery].data() + hash * queries;
  for (int64_t i = 0; i < queries; ++i) {
    const int32_t* const bucket = begin.data() + (codes[i] >> shift);
    buckets[i] = {bucket[0], bucket[1] - bucket[0]};
  }
}

void PairFinder::list_candidates() {
  const int64_t queries = segment_.count[kQuery], keys = segment_.count[kKey];
  std::vector<int32_t> orders(hashes_ * keys + kReadable);
  std::vector<Bucket> buckets(hashes_ * queries);
  at::parallel_for(0, hashes_, 1, [&](int64_t from, int64_t to) {
    std::vector<int32_t> begin;
    for (int64_t hash = from; hash < to; ++hash)
      sort_hash(hash, begin, orders.data() + hash * keys, buckets.data() + hash * queries);
  });
  counts_.assign(queries, 0);
  const auto cap = static_cast<int32_t>(std::min<int64_t>(pairs_.cap, keys));
  for (int64_t hash = 0; hash < hashes_; ++hash) {
    Bucket* const of = buckets.data() + hash * queries;
    int64_t capped = 0;
    for (int64_t i = 0; i < queries; ++i) {
      const int32_t count = of[i].count;
      of[i].count = count <= cap ? count : 0;
      capped += count - of[i].count;
      counts_[i] += of[i].count;
    }
    capped_ += capped;
  }
  begin_.resize(queries);
  int64_t end = 0;
  for (int64_t i = 0; i < queries; ++i) {
    begin_[i] = end;
    end += counts_[i] + kReadable;  // which a copy may overwrite
  }
  candidates_.resize(end);
  constexpr int64_t kQueries = 4096;
  for_blocks(queries, kQueries, [&] {
    return [&, next = std::vector<int64_t>()](int64_t first, int64_t count) mutable {
      next.assign(begin_.begin() + first, begin_.begin() + first + count);
      for (int64_t hash = 0; hash < hashes_; ++hash) {
        const int32_t* const order = orders.data() + hash * keys;
        const Bucket* const of = buckets.data() + hash * queries + first;
        for (int64_t i = 0; i < count; ++i) {
          int32_t* const to = candidates_.data() + next[i];
          // Most buckets hold few keys: copying a fixed number spares an unpredictable branch.
          std::copy_n(order + of[i].begin, kReadable, to);
          if (of[i].count > kReadable) std::copy_n(order + of[i].begin, of[i].count, to);
          next[i] += of[i].count;
        }
      }
    };
  });
  if (hashes_ > 0) first_order_.assign(orders.begin(), orders.begin() + keys);
}

std::vector<int32_t> PairFinder::spread_keys(int64_t count) const {
  const int64_t keys = segment_.count[kKey];
  std::vector<int32_t> spread(std::min(count, keys));
  for (size_t i = 0; i < spread.size(); ++i) {
    const int64_t rank = static_cast<int64_t>(i) * keys / static_cast<int64_t>(spread.size());
    spread[i] = hashes_ > 0 ? first_order_[rank] : static_cast<int32_t>(rank);
  }
  return spread;
}

bool PairFinder::is_global(int64_t query) const {
  const int64_t keys = segment_.count[kKey];
  const int32_t at = segment_.positions[kQuery][query];
  const int32_t* const positions = segment_.positions[kKey];
  const int64_t first = std::min(pairs_.first_tokens, keys);
  const int64_t last = std::min(pairs_.last_tokens, keys);
  return (first > 0 && at <= positions[first - 1]) || (last > 0 && at >= positions[keys - last]);
}

/// The list of one query while it grows.
class PairFinder::Collector {
 public:
  Collector(FoundPairs& found, std::vector<int32_t>& seen, int64_t query)
      : found_(found), seen_(seen.data()), query_(static_cast<int32_t>(query)) {
    size_ = found.begin.back();
  }
  ~Collector() { found_.begin.push_back(size_); }

  /// Room for so many more keys.
  void reserve(int64_t more) {
    const auto needed = static_cast<size_t>(size_ + more + 1);
    if (found_.keys.size() < needed) found_.keys.resize(2 * needed);
  }
  /// Lists the keys [from, to); returns how many were new.
  int64_t add_range(int64_t from, int64_t to) {
    reserve(to - from);
    const int64_t before = size_;
    for (int64_t key = from; key < to; ++key) add(static_cast<int32_t>(key));
    return size_ - before;
  }
  int64_t add_keys(const int32_t* keys, int64_t count) {
    reserve(count);
    const int64_t before = size_;
    for (int64_t i = 0; i < count; ++i) add(keys[i]);
    return size_ - before;
  }

 private:
  void add(int32_t key) {
    found_.keys[size_] = key;
    size_ += seen_[key] != query_;
    seen_[key] = query_;
  }

  FoundPairs& found_;
  int32_t* seen_;
  int32_t query_;
  int64_t size_;
};

void PairFinder::find(int64_t first, int64_t count, Scratch& scratch, FoundPairs& found) const {
  const int64_t keys = segment_.count[kKey];
  if (static_cast<int64_t>(scratch.seen.size()) != keys) scratch.seen.assign(keys, -1);
  found.begin.assign(1, 0);
  const int64_t first_end = std::min(pairs_.first_tokens, keys);
  const int64_t last_begin = std::max(first_end, keys - pairs_.last_tokens);
  const int32_t* const positions = segment_.positions[kKey];
  for (int64_t r = 0; r < count; ++r) {
    const int64_t query = first + r;
    Collector list(found, scratch.seen, query);
    if (is_global(query)) {
      found.origins.global += list.add_range(0, keys);
      continue;
    }
    found.origins.global += list.add_range(0, first_end);
    found.origins.global += list.add_range(last_begin, keys);
    if (pairs_.band > 0) {
      const int64_t at = segment_.positions[kQuery][query];
      const int32_t* const from = std::lower_bound(positions, positions + keys, at - pairs_.band);
      const int32_t* const to = std::upper_bound(from, positions + keys, at + pairs_.band);
      found.origins.band += list.add_range(from - positions, to - positions);
    }
    found.origins.hash += list.add_keys(candidates_.data() + begin_[query], counts_[query]);
  }
}

}  // namespace yoso::ops::cpu
