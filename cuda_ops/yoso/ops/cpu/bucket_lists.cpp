#include "yoso/ops/cpu/bucket_lists.h"

#include <ATen/Parallel.h>

#include <algorithm>

namespace yoso::ops::cpu {

template <class Index>
struct BucketLists<Index>::Scratch {
  std::vector<int32_t> next[2];  // rows per slot, then where the next row of a slot goes
  std::vector<int64_t> large_slots;
};

template <class Index>
BucketLists<Index>::BucketLists(const Slots& slots, bool (*is_large)(int64_t, int64_t),
                                bool has_queries, bool has_keys)
    : slots_(slots),
      is_large_(is_large),
      has_{has_queries, has_keys},
      offsets_stride_(Slots::spread(slots.max_slots() + 2)),
      order_{
          Buffer<Index>(has_queries *
                        (slots.places().count * slots.hashes() * slots.stride(kQuery) + kReadable)),
          Buffer<Index>(has_keys *
                        (slots.places().count * slots.hashes() * slots.stride(kKey) + kReadable))},
      offsets_{Buffer<Index>(has_queries * slots.places().count * slots.hashes() * offsets_stride_),
               Buffer<Index>(has_keys * slots.places().count * slots.hashes() * offsets_stride_)},
      large_(is_large != nullptr ? slots.places().count * slots.hashes() : 0) {
  const int64_t hashes = slots.hashes();
  at::parallel_for(0, slots.places().count * hashes, 1, [&](int64_t begin, int64_t end) {
    Scratch scratch;
    for (int64_t unit = begin; unit < end; ++unit) sort_hash(unit / hashes, unit % hashes, scratch);
  });
  any_large_ = std::any_of(large_.begin(), large_.end(), [](const auto& l) { return !l.empty(); });
}

template <class Index>
BucketLists<Index>::BucketLists(const Slots& slots, Side only)
    : BucketLists(slots, nullptr, only == kQuery, only == kKey) {}

template <class Index>
BucketLists<Index>::BucketLists(const Slots& slots, bool (*is_large)(int64_t, int64_t))
    : BucketLists(slots, is_large, true, true) {}

template <class Index>
int64_t BucketLists<Index>::bytes_per_place(int64_t hashes, int64_t bits, const RealRows& queries,
                                            const RealRows& keys) {
  const int64_t offsets = 2 * (Slots::max_slots(bits, queries, keys) + 2);
  return hashes * static_cast<int64_t>(sizeof(Index)) *
         (queries.max_count() + keys.max_count() + offsets);
}

template <class Index>
void BucketLists<Index>::sort_hash(int64_t place, int64_t hash, Scratch& scratch) {
  const int64_t slot_count = slots_.counts(place)[hash];
  for (Side side : {kQuery, kKey}) {
    if (!has_[side]) continue;
    std::vector<int32_t>& counts = scratch.next[side];
    counts.assign(slot_count + 1, 0);
    const uint16_t* slots = slots_.of(side, place) + hash * slots_.stride(side);
    for (int64_t i = 0; i < slots_.places().row_count(side, place); ++i) ++counts[slots[i]];
  }
  scratch.large_slots.clear();
  if (is_large_ != nullptr) {
    int64_t large_pairs = 0;
    const std::vector<int32_t>&queries = scratch.next[kQuery], &keys = scratch.next[kKey];
    for (int64_t slot = 0; slot < slot_count; ++slot) {
      if (!is_large_(queries[slot], keys[slot])) continue;
      large_[place * slots_.hashes() + hash].push_back({{0, 0}, {queries[slot], keys[slot]}});
      scratch.large_slots.push_back(slot);
      large_pairs += int64_t{queries[slot]} * keys[slot];
    }
    // A few pairs are not worth that the sums of all rows must wait for them.
    if (large_pairs <
        (slots_.places().row_count(kQuery, place) + slots_.places().row_count(kKey, place)) / 4) {
      large_[place * slots_.hashes() + hash].clear();
      scratch.large_slots.clear();
    }
  }
  for (Side side : {kQuery, kKey})
    if (has_[side]) sort_side(side, place, hash, scratch);
}

/// Ordinary buckets come first, in order of their slots, then the large ones, then rows without a
/// partner.
template <class Index>
void BucketLists<Index>::sort_side(Side side, int64_t place, int64_t hash, Scratch& scratch) {
  const int64_t slot_count = slots_.counts(place)[hash];
  const int64_t unit = place * slots_.hashes() + hash;
  std::vector<int32_t>& next = scratch.next[side];
  Index* const offsets = offsets_[side].data() + unit * offsets_stride_;
  Index* const order = order_[side].data() + unit * slots_.stride(side);
  for (const int64_t slot : scratch.large_slots) next[slot] = 0;
  int32_t begin = 0;
  for (int64_t slot = 0; slot < slot_count; ++slot) {
    offsets[slot] = static_cast<Index>(begin);
    const int32_t size = next[slot];
    next[slot] = begin;
    begin += size;
  }
  offsets[slot_count] = offsets[slot_count + 1] = static_cast<Index>(begin);
  for (size_t k = 0; k < scratch.large_slots.size(); ++k) {
    LargeBucket& bucket = large_[unit][k];
    bucket.begin[side] = next[scratch.large_slots[k]] = begin;
    begin += bucket.count[side];
  }
  next[slot_count] = begin;
  const uint16_t* slots = slots_.of(side, place) + hash * slots_.stride(side);
  const int64_t count = slots_.places().row_count(side, place);
  for (int64_t i = 0; i < count; ++i) order[next[slots[i]]++] = static_cast<Index>(i);
}

template class BucketLists<uint16_t>;
template class BucketLists<int32_t>;

}  // namespace yoso::ops::cpu
