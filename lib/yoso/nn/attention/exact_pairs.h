#pragma once

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include <array>
#include <cstdint>

#include "yoso/nn/attention/attention.h"
#include "yoso/nn/attention/yoso_hashes.h"
#include "yoso/ops/exact_pairs_attention.h"

namespace yoso::nn {

/// Where global tokens lie: at the start of a sequence, or the last one is global too.
enum class GlobalTokens { start, ends };
constexpr auto names_of(GlobalTokens) { return std::array{"start", "ends"}; }

enum class PairTail { none, linear, cells };
constexpr auto names_of(PairTail) { return std::array{"none", "linear", "cells"}; }

/// The options of attentions whose hashes find pairs (ops::exact_pairs_attention).
///
/// The defaults are the one setting that keeps every row tried, of trained models and of the
/// extremes, above 0.95 of mean cosine to the dense kernel and every head above 0.85
/// (tests/benchmark/exact_pairs_bench.py): 32 hashes find a lone partner among 16,384 keys, 24 miss
/// some; a cap of 8 leaves crowds to the cells, with 64 it takes four times as long on 16 clusters
/// at 4,096; with 32 cells, 16 clusters are not always told apart. The slope of the tail carries
/// rows that all have much the same weight.
struct PairOptions {
  int64_t hashes = 32;
  config::AutoInt hash_bits;
  int64_t partners = 40;
  int64_t cap = 8;
  int64_t band = 8;
  int64_t global_tokens = 1;
  GlobalTokens global = GlobalTokens::ends;
  PairTail tail = PairTail::cells;
  int64_t cells = 64;

  void hashes_field(config::FieldVisitor& visitor, int64_t fewest);
  void finding_fields(config::FieldVisitor& visitor);

  /// What the operator is given, kernel and normalisation aside.
  ops::ExactPairs finding() const;
  /// Multiply-adds of one forward pass without the dense part of a convolution
  /// (AttentionKind::multiply_adds): hashing, the expected pairs, and the cells.
  int64_t multiply_adds(const AttentionShape& shape, int64_t length) const;
};

/// Hashes queries and keys, finds pairs and weighs them.
class ExactPairsImpl : public torch::nn::Module {
 public:
  ExactPairsImpl(const PairOptions& options, const ops::ExactPairs& pairs,
                 const AttentionShape& shape);

  /// Context [batch, heads, length, head_dim] of inputs whose queries and keys are as the kernel
  /// wants them.
  at::Tensor forward(const AttentionInputs& inputs);

  /// UsageError for a GPU, for which the operator has no kernels.
  void to(c10::Device device, bool non_blocking = false) override;
  using torch::nn::Module::to;

  /// Over the valid tokens of one call:
  ///
  ///     global_pairs, band_pairs, hash_pairs  pairs a query, by what found them first
  ///     capped_keys     keys a query in buckets over the cap, left to the tail; once a hash
  ///     found_weight    share of the kernel's weight that pairs carry, mean
  ///     raised_rows     share of rows whose Z was raised to that of their pairs (tail: cells)
  ///     context_cosine  cosine of a token's context and that of the dense kernel, mean
  ///
  /// Costs a dense attention.
  Diagnostics diagnose(const AttentionInputs& inputs);

  void resample(int64_t number);
  void pretty_print(std::ostream& stream) const override;

 private:
  struct Codes {
    at::Tensor query, key;
  };
  Codes hash(const AttentionInputs& inputs) const;

  PairOptions options_;
  ops::ExactPairs pairs_;
  YosoHashes hashes_{nullptr};
};
TORCH_MODULE(ExactPairs);

}  // namespace yoso::nn
