#include <array>
#include <bit>
#include <functional>
#include <set>
#include <string>

#include "yoso/nn/attention/exact_pairs.h"
#include "yoso/nn/attention/kind.h"
#include "yoso/nn/attention/l2_normalize.h"
#include "yoso/nn/attention/value_convolution.h"
#include "yoso/nn/attention/yoso_diagnostics.h"
#include "yoso/nn/attention/yoso_hashes.h"
#include "yoso/nn/attention/yoso_options.h"
#include "yoso/ops/hadamard_codes.h"
#include "yoso/ops/sampled_attention.h"

namespace yoso::nn {

namespace {

enum class HashFamily { hadamard, hyperplane };
constexpr auto names_of(HashFamily) { return std::array{"hadamard", "hyperplane"}; }

/// As ops::sampled_attention names them.
enum class YosoGradient { lower_bound, unbiased, expected_lower_bound };
constexpr auto names_of(YosoGradient) {
  return std::array{"lower_bound", "unbiased", "expected_lower_bound"};
}

/// collision: a pair weighs the share of hashes in which it collides (the paper's YOSO-m); exact:
/// pairs that collide, or lie in the band, have their collision probability.
enum class YosoWeights { collision, exact };
constexpr auto names_of(YosoWeights) { return std::array{"collision", "exact"}; }

enum class YosoNormalization { l2, sum };
constexpr auto names_of(YosoNormalization) { return std::array{"l2", "sum"}; }

struct YosoOptions {
  YosoWeights weights = YosoWeights::collision;
  PairOptions pairs;  // with collision weights its hashes alone
  YosoNormalization normalize = YosoNormalization::l2;
  config::AutoInt bits;
  HashFamily hash_family = HashFamily::hadamard;
  config::AutoInt hash_passes;
  YosoGradient gradient = YosoGradient::lower_bound;
  int64_t conv_window = 0;
  config::Compat compat = config::Compat::none;

  /// The options of the weights that were chosen: `weights` is read first.
  void fields(config::FieldVisitor& visitor) {
    visitor.choice(
        {"weights",
         "of a pair; collision: the share of hashes in which it collides, as in the "
         "paper, with the options hash_family to compat; exact: its collision probability, "
         "hashes only find it, with the options hash_bits to normalize"},
        weights);
    const bool exact = weights == YosoWeights::exact;
    pairs.hashes_field(visitor, exact ? 0 : 1);
    bits_field(visitor, bits);
    exact ? exact_fields(visitor) : collision_fields(visitor);
    conv_window_field(visitor, conv_window);
    if (!exact) yoso_compat_field(visitor, compat);
  }

  /// UsageError for an option of the other weights.
  static void check(const config::Tree& written, const std::string& path) {
    YosoOptions options;
    const config::Tree* const chosen = written.find("weights");
    if (chosen != nullptr)
      options.weights = config::parse_name<YosoWeights>(chosen->scalar).value_or(options.weights);
    const auto keys = [](const std::function<void(config::FieldVisitor&)>& fields) {
      std::set<std::string> names;
      for (const config::FieldDoc& field : config::document_fields(fields)) names.insert(field.key);
      return names;
    };
    const auto all = keys([&](config::FieldVisitor& visitor) { YosoOptions{}.describe(visitor); });
    const auto own = keys([&](config::FieldVisitor& visitor) { options.fields(visitor); });
    for (const auto& [key, value] : written.entries)
      if (all.contains(key) && !own.contains(key))
        fail_option(
            written, path, key,
            "is no option of `weights: " + std::string(config::to_text(options.weights)) + "`");
  }

  /// All options, for help.
  void describe(config::FieldVisitor& visitor) {
    fields(visitor);
    exact_fields(visitor);
  }

  void collision_fields(config::FieldVisitor& visitor) {
    visitor.choice(
        {"hash_family", "hadamard: fast, nearly unbiased; hyperplane: exact collision probability"},
        hash_family);
    visitor.field({"hash_passes",
                   "passes of Hadamard transforms over a row; auto: the fewest that suffice; "
                   "from `bits` passes on, every bit of a code comes from a pass of its own"},
                  hash_passes, {.min = 1, .max = 65536});
    visitor.choice({"gradient",
                    "for queries and keys; lower_bound: the paper's surrogate; "
                    "unbiased: dp/dx on average; expected_lower_bound: dense, O(n²)"},
                   gradient);
  }

  void exact_fields(config::FieldVisitor& visitor) {
    pairs.finding_fields(visitor);
    visitor.choice({"normalize",
                    "of a row with exact weights; l2: to unit length, as in the paper; sum: by the "
                    "sum of its weights"},
                   normalize);
  }

  void resolve(const config::Tree& written, const AttentionShape& shape, const std::string& path) {
    resolve_bits(bits, shape);
    check_conv_window(conv_window, written, path);
    if (weights == YosoWeights::exact) {
      if (pairs.tail == PairTail::linear && *bits < 2)
        fail_option(written, path, "tail", "linear needs bits of 2 or more, not 1");
      return;
    }
    const int64_t fewest = ops::hadamard_passes(pairs.hashes, *bits, shape.head_dim);
    if (hash_passes && hash_family == HashFamily::hadamard && *hash_passes < fewest) {
      fail_option(written, path, "hash_passes",
                  "expected at least " + std::to_string(fewest) + " for " +
                      std::to_string(pairs.hashes) + " hashes of " + std::to_string(*bits) +
                      " bits at head dimension " + std::to_string(shape.head_dim) + ", not `" +
                      std::to_string(*hash_passes) + "`");
    }
  }

  bool attends_padding() const { return compat == config::Compat::hf; }

  YosoHashOptions hash_options(const AttentionShape& shape) const {
    if (hash_family == HashFamily::hyperplane) return {pairs.hashes, *bits, 0};
    return {pairs.hashes, *bits,
            hash_passes.value_or(ops::hadamard_passes(pairs.hashes, *bits, shape.head_dim))};
  }
};

/// YOSO-m (Zeng et al. 2021): the values of the keys that a query collides with, averaged over m
/// hash functions; with a convolution window YOSO-C.
class YosoAttentionImpl : public AttentionImpl {
 public:
  YosoAttentionImpl(const YosoOptions& options, const AttentionShape& shape) : options_(options) {
    hashes_ = register_module("hashes", YosoHashes(options.hash_options(shape), shape));
    if (options.conv_window > 0)
      conv_ = register_module("conv", ValueConvolution(shape.heads, options.conv_window));
  }

  at::Tensor forward(const AttentionInputs& inputs) override {
    const YosoCall call = hash(inputs);
    const auto mask = optional_mask(call.inputs.mask);
    at::Tensor context = l2_normalize(ops::sampled_attention(
        l2_normalize(inputs.query), l2_normalize(inputs.key), inputs.value, call.query_codes,
        call.key_codes, call.bits, mask, mask, call.gradient));
    return conv_ ? context + conv_(inputs.value, inputs.mask) : context;
  }

  Diagnostics diagnose(const AttentionInputs& inputs, const at::Tensor& context_grad) override {
    return diagnose_yoso(hash(inputs), context_grad);
  }

  void resample(int64_t number) override { hashes_->resample(number); }

  void pretty_print(std::ostream& stream) const override {
    stream << "yoso::nn::YosoAttention(hashes=" << options_.pairs.hashes
           << ", bits=" << *options_.bits
           << ", hash_family=" << config::to_text(options_.hash_family)
           << ", gradient=" << config::to_text(options_.gradient)
           << ", conv_window=" << options_.conv_window
           << ", compat=" << config::to_text(options_.compat) << ")";
  }

 private:
  YosoCall hash(const AttentionInputs& inputs) const {
    const at::Tensor numbers = hashes_->numbers(inputs);
    AttentionInputs attended = inputs;
    attended.mask = attended_mask(inputs.mask, options_.attends_padding());
    // Codes do not depend on the length of a row.
    return {attended, hashes_->codes(inputs.query, numbers, attended.mask),
            hashes_->codes(inputs.key, numbers, attended.mask), *options_.bits,
            config::to_text(options_.gradient)};
  }

  YosoOptions options_;
  YosoHashes hashes_{nullptr};
  ValueConvolution conv_{nullptr};
};

/// YOSO whose hashes find pairs and whose kernel weighs them (ops::exact_pairs_attention).
class ExactYosoAttentionImpl : public AttentionImpl {
 public:
  ExactYosoAttentionImpl(const YosoOptions& options, const AttentionShape& shape)
      : options_(options) {
    ops::ExactPairs pairs = options.pairs.finding();
    pairs.kernel = "angular";
    pairs.bits = *options.bits;
    pairs.normalize = config::to_text(options.normalize);
    pairs_ = register_module("pairs", ExactPairs(options.pairs, pairs, shape));
    if (options.conv_window > 0)
      conv_ = register_module("conv", ValueConvolution(shape.heads, options.conv_window));
  }

  at::Tensor forward(const AttentionInputs& inputs) override {
    const at::Tensor context = pairs_(unit_rows(inputs));
    return conv_ ? context + conv_(inputs.value, inputs.mask) : context;
  }

  Diagnostics diagnose(const AttentionInputs& inputs, const at::Tensor&) override {
    return pairs_->diagnose(unit_rows(inputs));
  }
  void resample(int64_t number) override { pairs_->resample(number); }

  void pretty_print(std::ostream& stream) const override {
    stream << "yoso::nn::ExactYosoAttention(bits=" << *options_.bits
           << ", normalize=" << config::to_text(options_.normalize)
           << ", conv_window=" << options_.conv_window << ")";
  }

 private:
  static AttentionInputs unit_rows(const AttentionInputs& inputs) {
    AttentionInputs unit = inputs;
    unit.query = l2_normalize(inputs.query);
    unit.key = l2_normalize(inputs.key);
    return unit;
  }

  YosoOptions options_;
  ExactPairs pairs_{nullptr};
  ValueConvolution conv_{nullptr};
};

/// The module of the weights that were chosen.
struct YosoModules {
  static std::shared_ptr<AttentionImpl> make(const YosoOptions& options,
                                             const AttentionShape& shape) {
    if (options.weights == YosoWeights::exact)
      return std::make_shared<ExactYosoAttentionImpl>(options, shape);
    return std::make_shared<YosoAttentionImpl>(options, shape);
  }
};

/// Codes of queries and keys; in each hash every value is added to one bucket, and one bucket is
/// added to every query's sum.
int64_t yoso_multiply_adds(const YosoOptions& options, const AttentionShape& shape,
                           int64_t length) {
  if (options.weights == YosoWeights::exact)
    return options.pairs.multiply_adds(shape, length) +
           convolution_multiply_adds(shape, options.conv_window, length);
  const YosoHashOptions hashes = options.hash_options(shape);
  int64_t codes = hashes.hashes * hashes.bits * shape.head_dim;
  if (hashes.passes > 0) {
    constexpr int64_t kRounds = 3;  // of signs and transform a pass (HD3)
    const int64_t width = ops::hadamard_dim(shape.head_dim, hashes.bits);
    codes = hashes.passes * kRounds * width * (std::bit_width(static_cast<uint64_t>(width)) - 1);
  }
  return shape.heads * length * 2 * (codes + hashes.hashes * shape.head_dim) +
         convolution_multiply_adds(shape, options.conv_window, length);
}

}  // namespace

AttentionKind yoso_attention() {
  return make_kind<YosoOptions, YosoModules>(
      {.name = "yoso",
       .help = "YOSO: Bernoulli sampling of the attention by m shared hashes; with conv_window "
               "YOSO-C, with weights: exact the collision probability of the pairs found",
       .complexity = "n·m",
       .linear_memory = true,
       .drawn_buffers = {"hashes.signs", "hashes.planes", "pairs.hashes.signs"},
       .paper = "Zeng et al. 2021, You Only Sample (Almost) Once"},
      yoso_multiply_adds);
}

}  // namespace yoso::nn
