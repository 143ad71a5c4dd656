#pragma once

#include "yoso/ops/kernels/rows.h"

namespace yoso::ops::kernels {

/// The rows of one side of an attention (queries or keys), by their codes.
struct CodedRows {
  const int32_t* codes;  // [batch, heads, hashes, length]; only the low `bits` bits count
  const bool* mask;      // [batch, length], true for a valid row; null: all are
  int64_t length;
};

/// For each head and hash the valid rows ordered by code, rows of one code in ascending order.
struct BucketLists {
  int32_t* order;    // [heads, hashes, stride]
  uint16_t* codes;   // [heads, hashes, stride]: the codes of `order`
  int32_t* offsets;  // [heads, hashes, 2^bits + 1]: where the rows of each code begin in `order`
  int64_t stride;    // list_stride(length)
};

/// Room for one list: a multiple of 8, so that eight entries can be read at once.
constexpr int64_t list_stride(int64_t length) { return (length + 7) / 8 * 8; }

/// Fills `lists` by a counting sort for each of `heads` and hashes.
cudaError_t sort_into_buckets(const HeadGroup& heads, int64_t hashes, int bits,
                              const CodedRows& rows, const BucketLists& lists, cudaStream_t stream);

}  // namespace yoso::ops::kernels
