#pragma once

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include <cstdint>

#include "yoso/nn/attention/attention.h"

namespace yoso::nn {

/// The hash functions of Reformer (Kitaev et al. 2020, section 2; Andoni et al. 2015): bucket
/// argmax([x R; −x R]) with R Gaussian [head_dim, buckets / 2]. Codes of more than 7 bits join two
/// hashes of half the bits each, which keeps hashing cheap at great length. The numbers of
/// evaluation are stored as buffer `rotations`.
///
/// The numbers are a pure function of (seed, layer, hash seed number, head) for the stored ones and
/// of (seed, layer, step, global row, head) in training. A row of fewer bits uses the first columns
/// of R.
class AngularHashesImpl : public torch::nn::Module {
 public:
  /// `most_bits`: bits of a bucket's number for the longest row, 0 … 32.
  AngularHashesImpl(int64_t rounds, int64_t most_bits, const AttentionShape& shape);

  /// Bucket of every query, int64 [batch, heads, rounds, length], in [0, 2^bits) with
  /// `bits` int64 [batch or 1], at most most_bits.
  at::Tensor buckets(const AttentionInputs& inputs, const at::Tensor& bits) const;

  /// Replaces the stored numbers by those of hash seed number `number`.
  void resample(int64_t number);

  void pretty_print(std::ostream& stream) const override;

  const int64_t rounds;
  const int64_t most_bits;

 private:
  /// [keys·heads, head_dim, rounds·columns].
  at::Tensor draw_rotations(const at::Tensor& keys) const;

  AttentionShape shape_;
  int64_t low_columns_, high_columns_;  // of R in a round, of the low hash and of the high one
  at::Tensor stored_;                   // [applications·heads, head_dim, rounds·columns]
};
TORCH_MODULE(AngularHashes);

/// The number of columns of R in a round for hashes of up to `most_bits` bits.
int64_t angular_columns(int64_t most_bits);

}  // namespace yoso::nn
