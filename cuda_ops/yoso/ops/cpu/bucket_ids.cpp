#include "yoso/ops/cpu/bucket_ids.h"

#include <ATen/Parallel.h>
#include <c10/util/Exception.h>

#include <algorithm>

namespace yoso::ops::cpu {

BucketIds::BucketIds(const char* op, const at::Tensor& query_codes, const at::Tensor& key_codes,
                     int64_t bits, const HeadGroup& heads)
    : op_(op),
      heads_(heads),
      codes_{query_codes, key_codes},
      bits_(bits),
      hashes_(query_codes.size(2)),
      ids_{Buffer<uint16_t>(*heads.memory, heads.count * hashes_ * stride(kQuery)),
           Buffer<uint16_t>(*heads.memory, heads.count * hashes_ * stride(kKey))},
      counts_(*heads.memory, heads.count * hashes_) {
  at::parallel_for(0, heads.count * hashes_, 1, [&](int64_t begin, int64_t end) {
    Marks marks;
    for (int64_t unit = begin; unit < end; ++unit) {
      const int64_t head = unit / hashes_, hash = unit % hashes_;
      for (Side side : {kQuery, kKey}) read(side, head, hash);
      const int64_t codes = int64_t{1} << bits_;
      const bool few = codes <= heads.row_count(kQuery, head) + heads.row_count(kKey, head);
      counts_.data()[unit] = static_cast<int32_t>(few ? codes : renumber(head, hash, marks));
    }
  });
}

int64_t BucketIds::bytes_per_head(int64_t hashes, const ValidRows& queries, const ValidRows& keys) {
  return hashes * (2 * (spread(queries.max_count()) + spread(keys.max_count())) + 4);
}

void BucketIds::read(Side side, int64_t head, int64_t hash) {
  const at::Tensor& codes = codes_[side];
  if (codes.scalar_type() == at::kShort) return read_narrow(side, head, hash);
  const int64_t b = heads_.sequence(head), h = heads_.head_in_sequence(head);
  const int64_t count = heads_.row_count(side, head), stride = codes.stride(3);
  const int32_t* positions = heads_.rows[side]->positions(b);
  const int32_t* from = codes.const_data_ptr<int32_t>() + b * codes.stride(0) +
                        h * codes.stride(1) + hash * codes.stride(2);
  uint16_t* to = ids(side, head, hash);
  int32_t all = 0;
  if (stride == 1 && count > 0 && positions[count - 1] == count - 1) {
    all = kernels<float>().narrow_codes(from, count, to);
  } else {
    for (int64_t i = 0; i < count; ++i) {
      const int32_t code = from[positions[i] * stride];
      all |= code;
      to[i] = static_cast<uint16_t>(code);
    }
  }
  if (all >> bits_ == 0) return;  // a negative code sets the sign bit
  for (int64_t i = 0; i < count; ++i) {
    const int32_t code = from[positions[i] * stride];
    TORCH_CHECK(code >> bits_ == 0, "yoso::", op_, ": ",
                side == kQuery ? "query_codes[" : "key_codes[", b, ", ", h, ", ", hash, ", ",
                positions[i], "] is ", code, ", but ", bits_, " bits allow 0 to ",
                (int64_t{1} << bits_) - 1);
  }
}

/// Codes as autograd keeps them. The forward has checked them; higher bits are dropped.
void BucketIds::read_narrow(Side side, int64_t head, int64_t hash) {
  const at::Tensor& codes = codes_[side];
  const int64_t b = heads_.sequence(head), h = heads_.head_in_sequence(head),
                stride = codes.stride(3);
  const int16_t* from = codes.const_data_ptr<int16_t>() + b * codes.stride(0) +
                        h * codes.stride(1) + hash * codes.stride(2);
  const int32_t* positions = heads_.rows[side]->positions(b);
  const int64_t count = heads_.row_count(side, head);
  const int mask = (1 << bits_) - 1;
  uint16_t* to = ids(side, head, hash);
  if (stride == 1 && count > 0 && positions[count - 1] == count - 1)
    std::transform(from, from + count, to,
                   [=](int16_t code) { return static_cast<uint16_t>(code & mask); });
  else
    std::transform(positions, positions + count, to, [=](int32_t position) {
      return static_cast<uint16_t>(from[position * stride] & mask);
    });
}

/// Numbers the codes that both sides have, in order of the queries; `marks`, by code, are zero
/// before and after.
int64_t BucketIds::renumber(int64_t head, int64_t hash, Marks& scratch) {
  constexpr uint16_t kOnKeySide = 1, kFirst = 2;  // a mark from kFirst on is id + kFirst
  uint16_t* const queries = ids(kQuery, head, hash);
  uint16_t* const keys = ids(kKey, head, hash);
  const int64_t query_count = heads_.row_count(kQuery, head);
  const int64_t key_count = heads_.row_count(kKey, head);
  scratch.by_code.resize(int64_t{1} << bits_);
  scratch.key_codes.assign(keys, keys + key_count);
  uint16_t* const marks = scratch.by_code.data();
  for (uint16_t code : scratch.key_codes) marks[code] = kOnKeySide;
  uint16_t next = kFirst;
  for (int64_t i = 0; i < query_count; ++i)
    if (marks[queries[i]] == kOnKeySide) marks[queries[i]] = next++;
  const uint16_t alone = next - kFirst;
  const auto id = [=](uint16_t code) -> uint16_t {
    return marks[code] >= kFirst ? marks[code] - kFirst : alone;
  };
  std::transform(queries, queries + query_count, queries, id);
  std::transform(keys, keys + key_count, keys, id);
  for (uint16_t code : scratch.key_codes) marks[code] = 0;
  return alone;
}

}  // namespace yoso::ops::cpu
