#pragma once

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include <cstdint>
#include <string>

#include "yoso/nn/attention/attention.h"

namespace yoso::nn {

/// The hash functions of one YOSO attention.
struct YosoHashOptions {
  int64_t hashes = 32;
  int64_t bits = 9;
  int64_t passes = 0;  // Hadamard passes; 0: hyperplanes
};

/// Samples hash functions and stores those of evaluation, as buffer `signs` (Hadamard) or `planes`
/// (hyperplanes).
///
/// The numbers of a hash function are a pure function of (seed, layer, hash seed number, head) for
/// the stored ones and of (seed, layer, step, global row, head) in training.
class YosoHashesImpl : public torch::nn::Module {
 public:
  YosoHashesImpl(const YosoHashOptions& options, const AttentionShape& shape);

  /// The random numbers for one call: signs int8 [groups, passes, 3, hadamard_dim] or planes
  /// float32 [groups, hashes, bits, head_dim], with groups = batch·heads where a hash seed is set
  /// and groups = heads without.
  at::Tensor numbers(const AttentionInputs& inputs) const;

  /// Codes of the rows of x [batch, heads, length, head_dim]: int32 [batch, heads, hashes, length].
  /// `mask` bool [batch, length] or undefined.
  at::Tensor codes(const at::Tensor& x, const at::Tensor& numbers, const at::Tensor& mask) const;

  /// Replaces the stored hashes by those of hash seed number `number`.
  void resample(int64_t number);

  void pretty_print(std::ostream& stream) const override;

  const YosoHashOptions options;

 private:
  /// Numbers for all heads under each key: [keys·heads, ...].
  at::Tensor draw_numbers(const at::Tensor& keys) const;

  AttentionShape shape_;
  std::vector<int64_t> head_sizes_;  // of the numbers of one head
  at::Tensor stored_;                // [applications·heads, ...]
};
TORCH_MODULE(YosoHashes);

}  // namespace yoso::nn
