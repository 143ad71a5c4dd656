#include "yoso/nn/attention/exact_pairs.h"

#include <ATen/ATen.h>

#include <bit>

#include "yoso/nn/attention/kind.h"
#include "yoso/nn/attention/yoso_options.h"
#include "yoso/ops/centred_codes.h"
#include "yoso/ops/exact_pairs_origins.h"
#include "yoso/ops/hadamard_codes.h"
#include "yoso/util/error.h"

namespace yoso::nn {

namespace {

constexpr int64_t kAllBits = 16;  // drawn where the level is chosen

YosoHashOptions hash_options(const PairOptions& options, int64_t bits,
                             const AttentionShape& shape) {
  return {options.hashes, bits, ops::hadamard_passes(options.hashes, bits, shape.head_dim)};
}

}  // namespace

void PairOptions::hashes_field(config::FieldVisitor& visitor, int64_t fewest) {
  visitor.field({"hashes", fewest > 0 ? "hash functions a head (m)"
                                      : "hash functions a head that find pairs (m); 0: none"},
                hashes, {.min = fewest, .max = 4096});
}

void PairOptions::finding_fields(config::FieldVisitor& visitor) {
  visitor.field({"hash_bits",
                 "bits of a bucket's code; auto: for each sequence and head as few as leave a "
                 "query about `partners` keys"},
                hash_bits, {.min = 1, .max = kAllBits});
  visitor.field({"partners", "with hash_bits auto: keys in a query's buckets, over all hashes"},
                partners, {.min = 1, .max = 1 << 20});
  visitor.field({"cap", "buckets with more keys than this are left to the tail"}, cap,
                {.min = 1, .max = 1 << 20});
  visitor.field({"band", "tokens at most this far from each other are pairs; 0: no band"}, band,
                {.min = 0, .max = 1 << 20});
  visitor.field({"global_tokens", "valid tokens at the start that are pairs with all others"},
                global_tokens, {.min = 0, .max = 1 << 20});
  visitor.choice({"global", "ends: the last valid token is global too"}, global);
  visitor.choice({"tail",
                  "what stands for keys not found; cells: the kernel at the mean of their cell; "
                  "linear: its tangent at the mean key"},
                 tail);
  visitor.field({"cells", "cells of keys of `tail: cells`"}, cells, {.min = 1, .max = 1 << 20});
}

ops::ExactPairs PairOptions::finding() const {
  ops::ExactPairs pairs;
  pairs.hash_bits = hash_bits.value_or(kAllBits);
  pairs.partners = hash_bits ? 0 : partners;
  pairs.cap = cap;
  pairs.band = band;
  pairs.first_tokens = global_tokens;
  pairs.last_tokens = global_tokens > 0 && global == GlobalTokens::ends ? 1 : 0;
  pairs.tail = config::to_text(tail);
  pairs.cells = cells;
  return pairs;
}

int64_t PairOptions::multiply_adds(const AttentionShape& shape, int64_t length) const {
  const int64_t bits = hash_bits.value_or(kAllBits);
  const int64_t width = ops::hadamard_dim(shape.head_dim, bits);
  constexpr int64_t kRounds = 3;  // of signs and transform a pass (HD3)
  const int64_t codes = ops::hadamard_passes(hashes, bits, shape.head_dim) * kRounds * width *
                        (std::bit_width(static_cast<uint64_t>(width)) - 1);
  const ops::ExactPairs found = finding();
  const int64_t global = found.first_tokens + found.last_tokens;
  // A global token meets all others, and they it.
  const int64_t pairs =
      std::min(length, (hashes > 0 ? partners : 0) + (band > 0 ? 2 * band + 1 : 0) + 2 * global);
  // Two products for each pair and each cell; a key is compared with every cell.
  const int64_t parts = tail == PairTail::cells    ? 3 * std::min(cells, length)
                        : tail == PairTail::linear ? 2 * shape.head_dim
                                                   : 0;
  return shape.heads * length * (2 * codes + shape.head_dim * (2 * pairs + parts));
}

ExactPairsImpl::ExactPairsImpl(const PairOptions& options, const ops::ExactPairs& pairs,
                               const AttentionShape& shape)
    : options_(options), pairs_(pairs) {
  if (options.hashes > 0)
    hashes_ =
        register_module("hashes", YosoHashes(hash_options(options, pairs.hash_bits, shape), shape));
}

ExactPairsImpl::Codes ExactPairsImpl::hash(const AttentionInputs& inputs) const {
  const at::NoGradGuard no_grad;
  if (!hashes_) {
    const at::Tensor none =
        at::zeros({inputs.query.size(0), inputs.query.size(1), 0, inputs.query.size(2)}, at::kInt);
    return {none, none};
  }
  const at::Tensor numbers = hashes_->numbers(inputs);
  const auto codes = [&](const at::Tensor& x) {
    return ops::centred_codes(x, numbers, options_.hashes, pairs_.hash_bits,
                              optional_mask(inputs.mask));
  };
  return {codes(inputs.query), codes(inputs.key)};
}

at::Tensor ExactPairsImpl::forward(const AttentionInputs& inputs) {
  const Codes codes = hash(inputs);
  const auto mask = optional_mask(inputs.mask);
  return std::get<0>(ops::exact_pairs_attention(inputs.query, inputs.key, inputs.value, codes.query,
                                                codes.key, mask, mask, {}, pairs_));
}

void ExactPairsImpl::to(c10::Device device, bool non_blocking) {
  if (device.is_cuda())
    throw UsageError(
        "attention: exact pairs (`hashed_softmax`, and `yoso` with `weights: exact`) "
        "run on a CPU only, not on " +
        device.str() + "; set run.device: cpu");
  Module::to(device, non_blocking);
}

Diagnostics ExactPairsImpl::diagnose(const AttentionInputs& inputs) {
  const at::NoGradGuard no_grad;
  const Codes codes = hash(inputs);
  const auto mask = optional_mask(inputs.mask);
  // In double, so that a raised Z, which equals the pairs' own, is told from one that is near it.
  const at::Tensor query = inputs.query.to(at::kDouble), key = inputs.key.to(at::kDouble),
                   value = inputs.value.to(at::kDouble);
  const auto attend = [&](const ops::ExactPairs& pairs) {
    return ops::exact_pairs_attention(query, key, value, codes.query, codes.key, mask, mask, {},
                                      pairs);
  };
  ops::ExactPairs dense = pairs_, found = pairs_, with_tail = pairs_;
  dense.band = inputs.query.size(2);
  dense.tail = found.tail = "none";
  const at::Tensor wanted = std::get<0>(attend(dense)), context = std::get<0>(attend(pairs_));
  dense.normalize = found.normalize = with_tail.normalize = "sum";
  const at::Tensor found_norm = std::get<1>(attend(found));
  const at::Tensor share = (found_norm - std::get<1>(attend(dense))).exp();
  const at::Tensor raised = (std::get<1>(attend(with_tail)) - found_norm)
                                .le(1e-12)
                                .logical_and(share.lt(1 - 1e-9))
                                .to(at::kDouble);
  const at::Tensor valid = inputs.mask.defined()
                               ? inputs.mask
                               : at::ones({inputs.query.size(0), inputs.query.size(2)}, at::kBool);
  const double rows = static_cast<double>(valid.sum().item<int64_t>() * inputs.query.size(1));
  const auto mean = [&](const at::Tensor& values) {  // [batch, heads, length]
    return at::where(valid.unsqueeze(1), values, 0.0).sum().item<double>() / rows;
  };
  const at::Tensor origins =
      ops::exact_pairs_origins(codes.query, codes.key, mask, mask, {}, pairs_)
          .sum(at::IntArrayRef{0, 1});
  const auto each = [&](int64_t origin) { return origins[origin].item<double>() / rows; };
  return {{"global_pairs", each(0)},
          {"band_pairs", each(1)},
          {"hash_pairs", each(2)},
          {"capped_keys", each(3)},
          {"found_weight", mean(share)},
          {"raised_rows", pairs_.tail == "cells" ? mean(raised) : 0},
          {"context_cosine", mean(at::cosine_similarity(context, wanted, -1))}};
}

void ExactPairsImpl::resample(int64_t number) {
  if (hashes_) hashes_->resample(number);
}

void ExactPairsImpl::pretty_print(std::ostream& stream) const {
  stream << "yoso::nn::ExactPairs(hashes=" << options_.hashes << ", partners=" << options_.partners
         << ", cap=" << options_.cap << ", band=" << options_.band
         << ", global_tokens=" << options_.global_tokens
         << ", tail=" << config::to_text(options_.tail) << ", cells=" << options_.cells << ")";
}

}  // namespace yoso::nn
