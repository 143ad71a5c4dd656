#pragma once

#include <cstddef>

#include "yoso/ops/cpu/simd/kernels.h"
#include "yoso/ops/cpu/simd/vector.h"

namespace yoso::ops::cpu {
namespace {

template <class T>
inline void add_row(T* to, const T* from) {
  for (int64_t c = 0; c < kSlice; c += kLanes<T>)
    store<T>(to + c, load<T>(to + c) + load<T>(from + c));
}

/// Tables of kHashes hashes: filled in one sweep over `from`, read in one sweep over `to`.
template <class T, int kHashes>
inline void add_hashes(const BucketSums<T>& p, int64_t first) {
  T* tables[kHashes];
  T* end = p.tables;
  for (int h = 0; h < kHashes; ++h) {
    tables[h] = end;
    end += (p.slots[first + h] + 1) * kSlice;
  }
  __builtin_memset(p.tables, 0, static_cast<std::size_t>(end - p.tables) * sizeof(T));
  const uint16_t* from_slots = p.from_slots + first * p.from_stride;
  for (int64_t j = 0; j < p.from_rows; ++j)
    for (int h = 0; h < kHashes; ++h)
      add_row(tables[h] + from_slots[h * p.from_stride + j] * kSlice, p.from + j * kSlice);
  for (int h = 0; h < kHashes; ++h)
    __builtin_memset(tables[h] + p.slots[first + h] * kSlice, 0, kSlice * sizeof(T));
  const uint16_t* to_slots = p.to_slots + first * p.to_stride;
  for (int64_t i = 0; i < p.to_rows; ++i)
    for (int h = 0; h < kHashes; ++h)
      add_row(p.to + i * kSlice, tables[h] + to_slots[h * p.to_stride + i] * kSlice);
}

template <class T>
void bucket_sums(const BucketSums<T>& p) {
  int64_t slots = 0;
  for (int64_t h = 0; h < p.hashes; ++h) slots = p.slots[h] > slots ? p.slots[h] : slots;
  int64_t h = 0;
  if (table_elements<T>(slots) > (slots + 1) * kSlice)
    for (; h + kMaxTables <= p.hashes; h += kMaxTables) add_hashes<T, kMaxTables>(p, h);
  for (; h < p.hashes; ++h) add_hashes<T, 1>(p, h);
}

}  // namespace
}  // namespace yoso::ops::cpu
