#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "yoso/ops/cpu/buffer.h"
#include "yoso/ops/cpu/head_group.h"

namespace yoso::ops::cpu {

/// The codes of a group of heads, checked, for valid rows only, as bucket ids: rows
/// with one id collide. An id is the code itself where codes are few. Where 2^bits exceeds the
/// number of rows, only codes found on both sides get an id, numbered in order, so that tables
/// never outgrow the sequence; rows that collide with no row of the other side get the id
/// counts(head)[hash], one past the last bucket.
class BucketIds {
 public:
  /// Reads codes [batch, heads, hashes, length] in parallel: int32, or int16 as autograd keeps
  /// them. Throws c10::Error naming the operator `op` where a valid row's int32 code is outside
  /// [0, 2^bits).
  BucketIds(const char* op, const at::Tensor& query_codes, const at::Tensor& key_codes,
            int64_t bits, const HeadGroup& heads);

  /// Memory for one head.
  static int64_t bytes_per_head(int64_t hashes, const ValidRows& queries, const ValidRows& keys);

  const HeadGroup& heads() const { return heads_; }
  int64_t hashes() const { return hashes_; }

  /// Bucket ids of a head's rows, [hashes, stride(side)].
  const uint16_t* of(Side side, int64_t head) const {
    return ids_[side].data() + head * hashes_ * stride(side);
  }
  int64_t stride(Side side) const { return spread(heads_.max_rows(side)); }

  /// A distance between the hashes of a row at which they do not share one set of the cache.
  static int64_t spread(int64_t rows) { return round_up(rows, 32) + 32; }

  /// Number of buckets of each hash of a head, [hashes].
  const int32_t* counts(int64_t head) const { return counts_.data() + head * hashes_; }

 private:
  /// Memory of one worker that numbers buckets.
  struct Marks {
    std::vector<uint16_t> by_code, key_codes;
  };
  void read(Side side, int64_t head, int64_t hash);
  void read_narrow(Side side, int64_t head, int64_t hash);
  int64_t renumber(int64_t head, int64_t hash, Marks& scratch);
  uint16_t* ids(Side side, int64_t head, int64_t hash) {
    return ids_[side].data() + (head * hashes_ + hash) * stride(side);
  }

  const char* op_;
  HeadGroup heads_;
  at::Tensor codes_[2];
  int64_t bits_, hashes_;
  Buffer<uint16_t> ids_[2];
  Buffer<int32_t> counts_;
};

}  // namespace yoso::ops::cpu
