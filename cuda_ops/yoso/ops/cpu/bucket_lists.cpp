#include "yoso/ops/cpu/bucket_lists.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <array>

namespace yoso::ops::cpu {

/// Rows per slot, then where the next row of a slot goes, for both sides.
template <class Index>
struct BucketLists<Index>::Scratch {
  std::array<std::vector<int32_t>, 2> next;
};

template <class Index>
BucketLists<Index>::BucketLists(const Slots& slots, const BucketCost& cost)
    : slots_(slots),
      cost_(cost),
      offsets_stride_(Slots::spread(slots.max_slots() + 2)),
      order_{
          Buffer<Index>(slots.places().count * slots.hashes() * slots.stride(kQuery) + kReadable),
          Buffer<Index>(slots.places().count * slots.hashes() * slots.stride(kKey) + kReadable)},
      offsets_{Buffer<Index>(slots.places().count * slots.hashes() * offsets_stride_),
               Buffer<Index>(slots.places().count * slots.hashes() * offsets_stride_)},
      large_(slots.places().count * slots.hashes()) {
  const int64_t hashes = slots.hashes();
  at::parallel_for(0, slots.places().count * hashes, 1, [&](int64_t begin, int64_t end) {
    Scratch scratch;
    for (int64_t unit = begin; unit < end; ++unit) sort_hash(unit / hashes, unit % hashes, scratch);
  });
  any_large_ = std::any_of(large_.begin(), large_.end(), [](const auto& l) { return !l.empty(); });
}

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
    std::vector<int32_t>& counts = scratch.next[side];
    counts.assign(slot_count + 1, 0);
    const uint16_t* slots = slots_.of(side, place) + hash * slots_.stride(side);
    for (int64_t i = 0; i < slots_.places().row_count(side, place); ++i) ++counts[slots[i]];
  }

  std::vector<LargeBucket>& large = large_[place * slots_.hashes() + hash];
  large.clear();
  std::vector<int32_t>&queries = scratch.next[kQuery], &keys = scratch.next[kKey];
  std::vector<int64_t> large_slots;
  for (int64_t slot = 0; slot < slot_count; ++slot) {
    if (!cost_.is_large(queries[slot], keys[slot])) continue;
    large.push_back({{0, 0}, {queries[slot], keys[slot]}});
    large_slots.push_back(slot);
  }

  for (Side side : {kQuery, kKey}) {
    std::vector<int32_t>& next = scratch.next[side];
    const int64_t unit = place * slots_.hashes() + hash;
    Index* const offsets = offsets_[side].data() + unit * offsets_stride_;
    Index* const order = order_[side].data() + unit * slots_.stride(side);
    // Ordinary buckets come first, in order of their slots, then the large ones, then rows without
    // a partner.
    for (size_t k = 0; k < large.size(); ++k) next[large_slots[k]] = 0;
    int32_t begin = 0;
    for (int64_t slot = 0; slot < slot_count; ++slot) {
      offsets[slot] = static_cast<Index>(begin);
      const int32_t size = next[slot];
      next[slot] = begin;
      begin += size;
    }
    offsets[slot_count] = offsets[slot_count + 1] = static_cast<Index>(begin);
    for (size_t k = 0; k < large.size(); ++k) {
      large[k].begin[side] = next[large_slots[k]] = begin;
      begin += large[k].count[side];
    }
    next[slot_count] = begin;
    const uint16_t* slots = slots_.of(side, place) + hash * slots_.stride(side);
    const int64_t count = slots_.places().row_count(side, place);
    for (int64_t i = 0; i < count; ++i) order[next[slots[i]]++] = static_cast<Index>(i);
  }
}

template class BucketLists<uint16_t>;
template class BucketLists<int32_t>;

}  // namespace yoso::ops::cpu
