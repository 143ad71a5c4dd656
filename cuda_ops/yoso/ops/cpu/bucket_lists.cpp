#include "yoso/ops/cpu/bucket_lists.h"

#include <ATen/Parallel.h>

#include <algorithm>

// No arithmetic but counting. For each hash a row's slot (2 bytes) is read three times: to count it
// (4 bytes by slot read and written), to place the row (the same, and 2 bytes of the order written,
// 4 from 65,536 rows on), to look up its partners (4 or 8 bytes by slot read, and written).
//
// 2.8 ns a slot and hash at 4096 rows and 12 bits (7 cycles at 2.4 GHz), 7 GB/s at the first-level
// cache; what limits it are probably counters read just after they were written. Of forward and
// backward the lists are a seventh; keeping those of the forward would spare less than half of it,
// for three times the memory of the codes.

namespace yoso::ops::cpu {

/// One worker's memory, by slot.
template <class Index>
struct BucketLists<Index>::Scratch {
  std::vector<int32_t> next[2];              // number of rows, then where the next one goes
  std::vector<Stretch<Index>> stretches[2];  // what rows of the other side find
  std::vector<int64_t> large_slots;
};

template <class Index>
BucketLists<Index>::BucketLists(const Slots& slots, LargeRule rule, bool both_sides, int64_t few)
    : slots_(slots),
      rule_(rule),
      both_sides_(both_sides),
      few_(few),
      order_{Buffer<Index>(0), Buffer<Index>(0)},
      partners_{Buffer<Stretch<Index>>(0), Buffer<Stretch<Index>>(0)},
      large_(slots.places().count * slots.hashes()) {
  const int64_t hashes = slots.hashes(), units = slots.places().count * hashes;
  for (Side side : {kQuery, kKey}) {
    if (!sorts(side)) continue;
    Workspace& memory = *slots.places().memory;
    order_[side] = Buffer<Index>(memory, units * slots.stride(side) + kReadable);
    partners_[other(side)] = Buffer<Stretch<Index>>(memory, units * slots.stride(other(side)));
  }
  at::parallel_for(0, units, 1, [&](int64_t begin, int64_t end) {
    Scratch scratch;
    for (int64_t unit = begin; unit < end; ++unit) sort_hash(unit / hashes, unit % hashes, scratch);
  });
  any_large_ = std::any_of(large_.begin(), large_.end(), [](const auto& l) { return !l.empty(); });
}

template <class Index>
BucketLists<Index>::BucketLists(const Slots& slots, int64_t few)
    : BucketLists(slots, LargeRule{}, false, few) {}

template <class Index>
BucketLists<Index>::BucketLists(const Slots& slots, LargeRule rule)
    : BucketLists(slots, rule, true, 0) {}

template <class Index>
void BucketLists<Index>::sort_hash(int64_t place, int64_t hash, Scratch& scratch) {
  const int64_t slot_count = slots_.counts(place)[hash];
  for (Side side : {kQuery, kKey}) {
    if (!sorts(side)) continue;
    std::vector<int32_t>& counts = scratch.next[side];
    counts.assign(slot_count + 1, 0);
    const uint16_t* slots = slots_.of(side, place) + hash * slots_.stride(side);
    for (int64_t i = 0; i < slots_.places().row_count(side, place); ++i) ++counts[slots[i]];
  }
  list_large(place, hash, scratch);
  for (Side side : {kQuery, kKey}) {
    if (!sorts(side)) continue;
    sort_side(side, place, hash, scratch);
    find_partners(other(side), place, hash, scratch);
  }
}

template <class Index>
void BucketLists<Index>::list_large(int64_t place, int64_t hash, Scratch& scratch) {
  const int64_t slot_count = slots_.counts(place)[hash];
  std::vector<LargeBucket>& large = large_[place * slots_.hashes() + hash];
  const std::vector<int32_t>&queries = scratch.next[kQuery], &keys = scratch.next[kKey];
  scratch.large_slots.clear();
  if (!both_sides_) {
    for (int64_t slot = 0; slot < slot_count; ++slot) {
      if (keys[slot] <= few_) continue;
      large.push_back({{0, 0}, {0, keys[slot]}});
      scratch.large_slots.push_back(slot);
    }
    return;
  }
  int64_t large_pairs = 0;
  for (int64_t slot = 0; slot < slot_count; ++slot) {
    const int64_t rows = int64_t{queries[slot]} + keys[slot];
    const int64_t pairs = int64_t{queries[slot]} * keys[slot];
    if (pairs <= rule_.a_row * rows + rule_.a_bucket) continue;
    large.push_back({{0, 0}, {queries[slot], keys[slot]}});
    scratch.large_slots.push_back(slot);
    large_pairs += pairs;
  }
  // A few pairs are not worth that the sums of all rows must wait for them.
  if (large_pairs <
      (slots_.places().row_count(kQuery, place) + slots_.places().row_count(kKey, place)) / 4) {
    large.clear();
    scratch.large_slots.clear();
  }
}

/// Ordinary buckets come first, in order of their slots, then the large ones, then rows without a
/// partner.
template <class Index>
void BucketLists<Index>::sort_side(Side side, int64_t place, int64_t hash, Scratch& scratch) {
  const int64_t slot_count = slots_.counts(place)[hash];
  const int64_t unit = place * slots_.hashes() + hash;
  std::vector<int32_t>& next = scratch.next[side];
  std::vector<Stretch<Index>>& stretches = scratch.stretches[side];
  stretches.resize(slot_count + 1);
  for (const int64_t slot : scratch.large_slots) next[slot] = 0;
  int32_t begin = 0;
  for (int64_t slot = 0; slot < slot_count; ++slot) {
    const int32_t size = next[slot];
    stretches[slot] = {static_cast<Index>(begin), static_cast<Index>(size)};
    next[slot] = begin;
    begin += size;
  }
  for (size_t k = 0; k < scratch.large_slots.size(); ++k) {
    LargeBucket& bucket = large_[unit][k];
    const int64_t slot = scratch.large_slots[k];
    bucket.begin[side] = next[slot] = begin;
    if (!both_sides_)
      stretches[slot] = {static_cast<Index>(begin), static_cast<Index>(bucket.count[side])};
    begin += bucket.count[side];
  }
  next[slot_count] = begin;
  stretches[slot_count] = {0, 0};
  const uint16_t* slots = slots_.of(side, place) + hash * slots_.stride(side);
  const int64_t count = slots_.places().row_count(side, place);
  Index* const order = order_[side].data() + unit * slots_.stride(side);
  for (int64_t i = 0; i < count; ++i) order[next[slots[i]]++] = static_cast<Index>(i);
}

template <class Index>
void BucketLists<Index>::find_partners(Side side, int64_t place, int64_t hash,
                                       const Scratch& scratch) {
  const Stretch<Index>* const stretches = scratch.stretches[other(side)].data();
  const uint16_t* slots = slots_.of(side, place) + hash * slots_.stride(side);
  const int64_t count = slots_.places().row_count(side, place);
  Stretch<Index>* const partners =
      partners_[side].data() + (place * slots_.hashes() + hash) * slots_.stride(side);
  for (int64_t i = 0; i < count; ++i) partners[i] = stretches[slots[i]];
}

template class BucketLists<uint16_t>;
template class BucketLists<int32_t>;

}  // namespace yoso::ops::cpu
