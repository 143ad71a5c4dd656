#include "yoso/ops/cpu/exact_pairs/pair_finder.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <bit>

// No arithmetic but counting. Choosing the level counts both sides' codes once, in tables that are
// folded level by level, since two neighbouring buckets of one level are one bucket of the level
// above; sorting counts the keys again. Tables have up to 4 to 8 entries a key.

namespace yoso::ops::cpu {

void PairFinder::Origins::operator+=(const Origins& other) {
  global += other.global;
  band += other.band;
  hash += other.hash;
  capped += other.capped;
}

PairFinder::PairFinder(const char* op, const Segment& segment, int64_t head,
                       const at::Tensor codes[2], const ExactPairs& pairs)
    : segment_(segment), pairs_(pairs), hashes_(codes[kKey].size(2)) {
  read_codes(op, head, codes);
  level_ = choose_level();
  sort_keys();
}

void PairFinder::read_codes(const char* op, int64_t head, const at::Tensor codes[2]) {
  for (Side side : {kQuery, kKey}) {
    const at::Tensor& from = codes[side];
    const int64_t count = segment_.count[side];
    codes_[side].resize(hashes_ * count);
    uint16_t* to = codes_[side].data();
    for (int64_t hash = 0; hash < hashes_; ++hash, to += count) {
      const int32_t* const row = from.const_data_ptr<int32_t>() +
                                 segment_.sequence * from.stride(0) + head * from.stride(1) +
                                 hash * from.stride(2);
      uint32_t all = 0;
      for (int64_t i = 0; i < count; ++i) {
        const int32_t code = row[segment_.positions[side][i] * from.stride(3)];
        all |= static_cast<uint32_t>(code);
        to[i] = static_cast<uint16_t>(code);
      }
      TORCH_CHECK(all >> pairs_.hash_bits == 0, "yoso::", op, ": ",
                  side == kQuery ? "query_codes" : "key_codes", " has a code outside [0, 2^",
                  pairs_.hash_bits, ")");
    }
  }
}

/// The coarsest level such that there and at all finer ones buckets of at most `cap` keys hold no
/// more than `partners` keys a query.
int64_t PairFinder::choose_level() const {
  if (pairs_.partners == 0 || hashes_ == 0) return hashes_ == 0 ? 0 : pairs_.hash_bits;
  const int64_t keys = segment_.count[kKey];
  // Two or three levels beyond one key a bucket: finer ones would only lengthen the tables.
  const int64_t finest =
      std::min<int64_t>(pairs_.hash_bits, std::bit_width(static_cast<uint64_t>(keys)) + 2);
  std::vector<int64_t> pairs(finest + 1, 0);
  std::vector<int32_t> counts[2];
  for (int64_t hash = 0; hash < hashes_; ++hash) {
    for (Side side : {kQuery, kKey}) {
      counts[side].assign(int64_t{1} << finest, 0);
      const uint16_t* const codes = codes_[side].data() + hash * segment_.count[side];
      for (int64_t i = 0; i < segment_.count[side]; ++i)
        ++counts[side][codes[i] >> (pairs_.hash_bits - finest)];
    }
    for (int64_t level = finest; level >= 0; --level) {
      int32_t *const q = counts[kQuery].data(), *const k = counts[kKey].data();
      const int64_t buckets = int64_t{1} << level;
      const auto cap = static_cast<int32_t>(std::min<int64_t>(pairs_.cap, keys));
      int64_t met = 0;
      for (int64_t b = 0; b < buckets; ++b) met += k[b] <= cap ? int64_t{q[b]} * k[b] : 0;
      pairs[level] += met;
      for (int32_t* table : {q, k})
        for (int64_t b = 0; b < buckets / 2; ++b) table[b] = table[2 * b] + table[2 * b + 1];
    }
  }
  const int64_t most = pairs_.partners * segment_.count[kQuery];
  int64_t level = finest;
  while (level > 0 && pairs[level - 1] <= most && pairs[level] <= most) --level;
  return level;
}

void PairFinder::sort_keys() {
  const int64_t keys = segment_.count[kKey], buckets = int64_t{1} << level_;
  begin_.assign(hashes_ * (buckets + 1), 0);
  order_.resize(hashes_ * keys);
  for (int64_t hash = 0; hash < hashes_; ++hash) {
    const uint16_t* const codes = codes_[kKey].data() + hash * keys;
    int32_t* const begin = begin_.data() + hash * (buckets + 1);
    int32_t* const order = order_.data() + hash * keys;
    const int64_t shift = pairs_.hash_bits - level_;
    for (int64_t i = 0; i < keys; ++i) ++begin[codes[i] >> shift];
    int32_t sum = 0;
    for (int64_t b = 0; b <= buckets; ++b) begin[b] = sum += begin[b];
    for (int64_t i = keys - 1; i >= 0; --i)
      order[--begin[codes[i] >> shift]] = static_cast<int32_t>(i);
  }
}

bool PairFinder::is_global(int64_t query) const {
  const int64_t keys = segment_.count[kKey];
  const int32_t at = segment_.positions[kQuery][query];
  const int32_t* const positions = segment_.positions[kKey];
  const int64_t first = std::min(pairs_.first_tokens, keys);
  const int64_t last = std::min(pairs_.last_tokens, keys);
  return (first > 0 && at <= positions[first - 1]) || (last > 0 && at >= positions[keys - last]);
}

PairFinder::Found PairFinder::find(int64_t query, Scratch& scratch) const {
  const int64_t keys = segment_.count[kKey];
  const auto mark = static_cast<int32_t>(query);
  if (static_cast<int64_t>(scratch.seen.size()) != keys) scratch.seen.assign(keys, -1);
  Found found{nullptr, 0, {}};
  if (keys == 0) return found;
  int32_t* const seen = scratch.seen.data();
  std::vector<int32_t>& list = scratch.list;
  const auto make_room = [&](int64_t more) {
    const auto needed = static_cast<size_t>(found.count + more);
    if (list.size() < needed) list.resize(2 * needed);
  };
  const auto add = [&](int64_t key) {
    list[found.count] = static_cast<int32_t>(key);
    found.count += seen[key] != mark;
    seen[key] = mark;
  };
  // The keys [from, to), of which those listed are counted in `origin`.
  const auto add_range = [&](int64_t from, int64_t to, int64_t& origin) {
    make_room(to - from);
    const int64_t before = found.count;
    for (int64_t key = from; key < to; ++key) add(key);
    origin += found.count - before;
  };

  if (is_global(query)) {
    add_range(0, keys, found.origins.global);
    found.keys = list.data();
    return found;
  }
  const int64_t first = std::min(pairs_.first_tokens, keys);
  add_range(0, first, found.origins.global);
  add_range(std::max(first, keys - pairs_.last_tokens), keys, found.origins.global);
  if (pairs_.band > 0) {
    const int32_t* const positions = segment_.positions[kKey];
    const int64_t at = segment_.positions[kQuery][query];
    const int32_t* const from = std::lower_bound(positions, positions + keys, at - pairs_.band);
    const int32_t* const to = std::upper_bound(from, positions + keys, at + pairs_.band);
    add_range(from - positions, to - positions, found.origins.band);
  }
  const int64_t before = found.count, buckets = int64_t{1} << level_;
  for (int64_t hash = 0; hash < hashes_; ++hash) {
    const int64_t code = codes_[kQuery][hash * segment_.count[kQuery] + query];
    const int32_t* const begin =
        begin_.data() + hash * (buckets + 1) + (code >> (pairs_.hash_bits - level_));
    const int64_t size = begin[1] - begin[0];
    if (size > pairs_.cap) {
      found.origins.capped += size;
      continue;
    }
    make_room(size);
    const int32_t* const bucket = order_.data() + hash * keys + begin[0];
    for (int64_t i = 0; i < size; ++i) add(bucket[i]);
  }
  found.origins.hash = found.count - before;
  found.keys = list.data();
  return found;
}

}  // namespace yoso::ops::cpu
