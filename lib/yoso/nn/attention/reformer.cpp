#include <ATen/ATen.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "yoso/nn/attention/angular_hashes.h"
#include "yoso/nn/attention/kind.h"
#include "yoso/nn/attention/l2_normalize.h"
#include "yoso/nn/attention/padding.h"
#include "yoso/nn/attention/reformer_chunks.h"
#include "yoso/nn/attention/rows.h"
#include "yoso/nn/attention/wide_core.h"

namespace yoso::nn {

namespace {

struct ReformerOptions {
  int64_t rounds = 2;
  int64_t chunk = 64;
  config::AutoInt buckets;
  config::Compat compat = config::Compat::none;

  void fields(config::FieldVisitor& visitor) {
    visitor.field({"rounds", "hash functions, whose contexts are joined"}, rounds,
                  {.min = 1, .max = 64});
    visitor.field({"chunk", "tokens of a chunk of the sorted sequence"}, chunk,
                  {.min = 1, .max = 1 << 20});
    visitor.field({"buckets",
                   "buckets of a hash, 1 or a power of two; "
                   "auto: for each row the largest such number up to 2·floor(tokens / chunk)"},
                  buckets, {.min = 1, .max = int64_t{1} << 32});
    config::compat_field(
        visitor, compat,
        "mlpen: as in the original suite's library, whole chunks whatever the bucket, "
        "the first chunk seeing the last of the round before, "
        "pairs counted every time they meet");
  }

  void resolve(const config::Tree& written, const AttentionShape&, const std::string& path) {
    if (buckets && !std::has_single_bit(static_cast<uint64_t>(*buckets))) {
      fail_option(written, path, "buckets",
                  "expected 1 or a power of two, not `" + std::to_string(*buckets) + "`");
    }
  }

  /// Whether queries see whole chunks, whatever the bucket.
  bool whole_chunks() const { return compat == config::Compat::mlpen; }

  /// Bits of a bucket's number for the longest row.
  int64_t most_bits(const AttentionShape& shape) const {
    const int64_t most = buckets.value_or(std::max<int64_t>(1, 2 * (shape.max_length / chunk)));
    return std::bit_width(static_cast<uint64_t>(most)) - 1;
  }
};

/// Reformer (Kitaev et al. 2020, section 2 and appendix A, equations 3 to 6): LSH attention with
/// shared queries and keys. Queries attend to the tokens of their bucket in their chunk and the one
/// before it, in several rounds. With keys k_j = q_j / |q_j| the context is
///
///     Σ_r exp(z_r − z) o_r,  o_r = Σ_j exp(q_i·k_j − m_ij − z_r) v_j,
///     m_ii = 1e5,  m_ij = log N_ij
///
/// with N the rounds in which the pair meets, z_r and z the logarithms of the sums. The projection
/// of keys is not used. Dropout on the weights of each round.
class ReformerAttentionImpl : public AttentionImpl {
 public:
  ReformerAttentionImpl(const ReformerOptions& options, const AttentionShape& shape)
      : options_(options), dropout_(shape.dropout) {
    hashes_ =
        register_module("hashes", AngularHashes(options.rounds, options.most_bits(shape), shape));
  }

  at::Tensor forward(const AttentionInputs& narrow) override {
    const WideCore core(narrow);
    AttentionInputs inputs = core.inputs;
    inputs.mask = usable_keys(inputs.mask);
    inputs.query = zero_masked(inputs.query, inputs.mask);
    inputs.value = zero_masked(inputs.value, inputs.mask);
    const at::Tensor buckets = bucket_of(inputs);
    const SortedChunks sorted = sort_by_bucket(
        buckets, inputs.mask, count_valid(inputs.mask, inputs.query), options_.chunk);
    const ChunkPairs pairs = options_.whole_chunks()
                                 ? whole_chunk_pairs(sorted)
                                 : bucket_pairs(sorted, buckets, hashes_->most_bits);

    at::Tensor logits =
        at::matmul(gather_rows(inputs.query, sorted.tokens),
                   gather_rows(l2_normalize(inputs.query), pairs.keys).transpose(-1, -2));
    constexpr double kOwnPenalty = 1e5;
    const at::Tensor own = sorted.tokens.unsqueeze(-1) == pairs.keys.unsqueeze(-2);
    if (pairs.meetings.defined()) {
      const at::Tensor meetings = pairs.meetings.masked_fill_(own, 1).clamp_min_(1);
      logits.sub_(meetings.to(logits.scalar_type()).log_());
    }
    logits.add_(own, -kOwnPenalty).masked_fill_(pairs.visible.logical_not(), -INFINITY);
    const at::Tensor weights = at::dropout(logits.softmax(-1), dropout_, is_training());
    const at::Tensor contexts = at::matmul(weights, gather_rows(inputs.value, pairs.keys));
    return core.narrow(join_rounds(contexts, logits.logsumexp(-1), sorted));
  }

  void resample(int64_t number) override { hashes_->resample(number); }

  void pretty_print(std::ostream& stream) const override {
    stream << "yoso::nn::ReformerAttention(rounds=" << options_.rounds
           << ", chunk=" << options_.chunk << ", compat=" << config::to_text(options_.compat)
           << ", dropout=" << dropout_ << ")";
  }

 private:
  /// int64 [batch, heads, rounds, length].
  at::Tensor bucket_of(const AttentionInputs& inputs) const {
    const at::Tensor count = count_valid(inputs.mask, inputs.query);
    at::Tensor bits = at::zeros_like(count);
    const at::Tensor most = count.div(options_.chunk, /*rounding_mode=*/"floor") * 2;
    for (int64_t bit = 1; bit <= hashes_->most_bits; ++bit) {
      bits = options_.buckets ? bits + 1 : bits + (most >= (int64_t{1} << bit));
    }
    return hashes_->buckets(inputs, bits);
  }

  /// Contexts [batch, heads, rounds, chunks, chunk, head_dim] and the logarithms of their sums
  /// [batch, heads, rounds, chunks, chunk] → [batch, heads, length, head_dim].
  at::Tensor join_rounds(const at::Tensor& contexts, const at::Tensor& log_sums,
                         const SortedChunks& sorted) const {
    const int64_t heads = contexts.size(1), rounds = contexts.size(2);
    const at::Tensor unsorted =
        gather_rows(contexts.flatten(3, 4).flatten(1, 2), sorted.positions.flatten(1, 2))
            .unflatten(1, {heads, rounds});  // [batch, heads, rounds, length, head_dim]
    if (rounds == 1) return unsorted.squeeze(2);
    const at::Tensor fractions = log_sums.flatten(3).gather(-1, sorted.positions).softmax(2);
    return (unsorted * fractions.unsqueeze(-1)).sum(2);
  }

  ReformerOptions options_;
  double dropout_;
  AngularHashes hashes_{nullptr};
};

/// Rotations, then scores and context of every chunk with its own keys and those of the chunk
/// before it, in every round.
int64_t reformer_multiply_adds(const ReformerOptions& options, const AttentionShape& shape,
                               int64_t length) {
  const int64_t chunks = (length + options.chunk - 1) / options.chunk;
  const int64_t keys = (chunks > 1 ? 2 : 1) * options.chunk;
  const int64_t columns = angular_columns(options.most_bits(shape));
  return shape.heads * options.rounds * shape.head_dim *
         (length * columns + 2 * chunks * options.chunk * keys);
}

}  // namespace

AttentionKind reformer_attention() {
  return make_kind<ReformerOptions, ReformerAttentionImpl>(
      {.name = "reformer",
       .help = "Reformer: softmax attention within hash buckets, queries serving as keys",
       .complexity = "n log n",
       .linear_memory = true,
       .drops_weights = true,
       .drawn_buffers = {"hashes.rotations"},
       .paper = "Kitaev et al. 2020, Reformer: The Efficient Transformer"},
      reformer_multiply_adds);
}

}  // namespace yoso::nn
