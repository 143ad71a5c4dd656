#include <torch/types.h>

#include <cmath>

#include "yoso/nn/attention/exact_pairs.h"
#include "yoso/nn/attention/kind.h"
#include "yoso/nn/attention/l2_normalize.h"
#include "yoso/nn/attention/value_convolution.h"
#include "yoso/nn/attention/yoso_options.h"

namespace yoso::nn {

namespace {

struct HashedSoftmaxOptions {
  PairOptions pairs;
  bool learned_scale = false;
  int64_t conv_window = 0;

  void fields(config::FieldVisitor& visitor) {
    pairs.hashes_field(visitor, 0);
    pairs.finding_fields(visitor);
    visitor.field(
        {"learned_scale",
         "queries and keys have unit length, and each head learns what their products are "
         "multiplied by, from sqrt(head_dim) on"},
        learned_scale);
    conv_window_field(visitor, conv_window);
  }

  void resolve(const config::Tree& written, const AttentionShape&, const std::string& path) {
    check_conv_window(conv_window, written, path);
  }
};

/// softmax(Q Kᵀ / sqrt(head_dim)) V at linear cost: pairs that hashing finds have their weight, all
/// other keys that of their tail. A model trained with softmax can be evaluated with it as it is.
///
/// With a learned scale s it is softmax(s q̂ k̂ᵀ) of unit rows (Henry et al. 2020, Query-Key
/// Normalization for Transformers).
class HashedSoftmaxAttentionImpl : public AttentionImpl {
 public:
  HashedSoftmaxAttentionImpl(const HashedSoftmaxOptions& options, const AttentionShape& shape)
      : options_(options) {
    ops::ExactPairs pairs = options.pairs.finding();
    pairs.kernel = "softmax";
    const double root = std::sqrt(static_cast<double>(shape.head_dim));
    pairs.scale = options.learned_scale ? root : 1 / root;
    pairs_ = register_module("pairs", ExactPairs(options.pairs, pairs, shape));
    if (options.learned_scale)
      log_scale_ =
          register_parameter("log_scale", torch::zeros({shape.heads}, torch::requires_grad()));
    if (options.conv_window > 0)
      conv_ = register_module("conv", ValueConvolution(shape.heads, options.conv_window));
  }

  at::Tensor forward(const AttentionInputs& inputs) override {
    const at::Tensor context = pairs_(scaled(inputs));
    return conv_ ? context + conv_(inputs.value, inputs.mask) : context;
  }

  Diagnostics diagnose(const AttentionInputs& inputs, const at::Tensor&) override {
    return pairs_->diagnose(scaled(inputs));
  }
  void resample(int64_t number) override { pairs_->resample(number); }

  void pretty_print(std::ostream& stream) const override {
    stream << "yoso::nn::HashedSoftmaxAttention(learned_scale=" << std::boolalpha
           << options_.learned_scale << ", conv_window=" << options_.conv_window << ")";
  }

 private:
  AttentionInputs scaled(const AttentionInputs& inputs) const {
    if (!log_scale_.defined()) return inputs;
    AttentionInputs unit = inputs;
    const at::Tensor scale = log_scale_.exp().to(inputs.query.scalar_type()).view({-1, 1, 1});
    unit.query = l2_normalize(inputs.query) * scale;
    unit.key = l2_normalize(inputs.key);
    return unit;
  }

  HashedSoftmaxOptions options_;
  ExactPairs pairs_{nullptr};
  at::Tensor log_scale_;  // [heads], beyond sqrt(head_dim)
  ValueConvolution conv_{nullptr};
};

int64_t hashed_softmax_multiply_adds(const HashedSoftmaxOptions& options,
                                     const AttentionShape& shape, int64_t length) {
  return options.pairs.multiply_adds(shape, length) +
         convolution_multiply_adds(shape, options.conv_window, length);
}

}  // namespace

AttentionKind hashed_softmax_attention() {
  return make_kind<HashedSoftmaxOptions, HashedSoftmaxAttentionImpl>(
      {.name = "hashed_softmax",
       .help = "softmax of the pairs that hashing finds, the rest by cells; for models trained "
               "with softmax",
       .complexity = "n·(partners + cells)",
       .linear_memory = true,
       .drawn_buffers = {"pairs.hashes.signs"},
       .paper = "exact pairs of YOSO's hashes; Zeng et al. 2021, You Only Sample (Almost) Once"},
      hashed_softmax_multiply_adds);
}

}  // namespace yoso::nn
