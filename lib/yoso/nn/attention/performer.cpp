#include <ATen/ATen.h>

#include <array>
#include <cmath>
#include <limits>

#include "yoso/nn/attention/kind.h"
#include "yoso/nn/attention/orthogonal_features.h"
#include "yoso/nn/attention/padding.h"
#include "yoso/nn/attention/wide_core.h"

namespace yoso::nn {

namespace {

enum class PerformerKernel { softmax, relu };
constexpr auto names_of(PerformerKernel) { return std::array{"softmax", "relu"}; }

struct PerformerOptions {
  int64_t features = 256;
  PerformerKernel kernel = PerformerKernel::softmax;
  int64_t resample_every = 0;
  config::Compat compat = config::Compat::none;

  void fields(config::FieldVisitor& visitor) {
    visitor.field({"features", "random features a head (r)"}, features, {.min = 1, .max = 1 << 16});
    visitor.choice({"kernel", "softmax: positive features of FAVOR+; relu: the generalised kernel"},
                   kernel);
    visitor.field({"resample_every",
                   "training steps after which new features are sampled; "
                   "0: those stored with the model, which evaluation uses"},
                  resample_every, {.min = 0, .max = int64_t{1} << 40});
    config::compat_field(
        visitor, compat,
        "mlpen: as in the original suite, kernel softmax with inputs scaled twice, "
        "1e-4 added to features, and padding up to max_length in the denominator");
  }

  void resolve(const config::Tree& written, const AttentionShape&, const std::string& path) {
    if (counts_padding() && kernel != PerformerKernel::softmax)
      fail_option(written, path, "kernel",
                  "expected softmax with compat " + config::to_text(compat) + ", not `relu`");
  }

  /// Whether padding up to max_length counts in the denominator, features as in the original.
  bool counts_padding() const { return compat == config::Compat::mlpen; }

  /// Inputs are scaled by this power of their width.
  double scale_power() const { return compat == config::Compat::mlpen ? -0.5 : -0.25; }
};

/// What queries and keys are mapped to, [batch, heads, length, features].
struct Features {
  at::Tensor query, key;
};

/// Performer (Choromanski et al. 2021, equation 4): Y = φ(Q) (φ(K)ᵀ V) / (φ(Q) Σ_j φ(K_j)) with W
/// orthogonal Gaussian, x scaled by head_dim^(−1/4) and
///
///     softmax: φ(x) = r^(−1/2) exp(W x − |x|²/2)  (lemma 1)
///     relu:    φ(x) = relu(W x) + 1e-3            (section 2.2)
class PerformerAttentionImpl : public AttentionImpl {
 public:
  PerformerAttentionImpl(const PerformerOptions& options, const AttentionShape& shape)
      : options_(options), max_length_(shape.max_length) {
    features_ = register_module(
        "features", OrthogonalFeatures(options.features, options.resample_every, shape));
  }

  at::Tensor forward(const AttentionInputs& narrow) override {
    const WideCore core(narrow);
    AttentionInputs inputs = core.inputs;
    if (!options_.counts_padding()) inputs.mask = usable_keys(inputs.mask);
    const double root =
        std::pow(static_cast<double>(inputs.query.size(-1)), options_.scale_power());
    inputs.query = inputs.query * root;
    inputs.key = zero_masked(inputs.key * root, inputs.mask);
    const at::Tensor directions =
        features_->directions(inputs).to(inputs.query.scalar_type()).transpose(-1, -2);
    if (options_.counts_padding()) return core.narrow(padded_context(inputs, directions));
    const Features phi = options_.kernel == PerformerKernel::relu
                             ? relu_features(inputs, directions)
                             : softmax_features(inputs, directions);
    const at::Tensor sums = at::matmul(phi.key.transpose(-1, -2), inputs.value);
    const at::Tensor norm = at::matmul(phi.query, phi.key.sum(-2).unsqueeze(-1));
    return core.narrow(at::matmul(phi.query, sums) / norm);
  }

  void resample(int64_t number) override { features_->resample(number); }

  void pretty_print(std::ostream& stream) const override {
    stream << "yoso::nn::PerformerAttention(kernel=" << config::to_text(options_.kernel)
           << ", compat=" << config::to_text(options_.compat) << ")";
  }

 private:
  static Features relu_features(const AttentionInputs& inputs, const at::Tensor& directions) {
    constexpr double kEpsilon = 1e-3;
    const at::Tensor key = at::relu(at::matmul(inputs.key, directions)) + kEpsilon;
    return {at::relu(at::matmul(inputs.query, directions)) + kEpsilon,
            zero_masked(key, inputs.mask)};
  }

  /// Both sides are multiplied by factors that the quotient cancels: each feature of the keys by
  /// the inverse of its largest value over the valid tokens, that feature of the queries by the
  /// value itself, each query by what makes its largest feature 1 (its |q|²/2 is one such factor).
  /// So nothing overflows and every denominator is at least 1: no epsilon biases the kernel.
  static Features softmax_features(const AttentionInputs& inputs, const at::Tensor& directions) {
    const at::Tensor half_norms = inputs.key.square().sum(-1, /*keepdim=*/true) / 2;
    const at::Tensor key = at::matmul(inputs.key, directions) - half_norms;
    at::Tensor largest = key.detach();
    if (inputs.mask.defined()) {
      largest = largest.masked_fill(inputs.mask.logical_not().unsqueeze(1).unsqueeze(-1),
                                    -std::numeric_limits<double>::infinity());
    }
    largest = largest.amax(-2, /*keepdim=*/true);  // [batch, heads, 1, features]
    const at::Tensor query = at::matmul(inputs.query, directions) + largest;
    // Masked keys are zero rows, whose exponent may exceed the largest of the valid ones.
    const at::Tensor exponent = zero_masked(key - largest, inputs.mask);
    return {(query - query.detach().amax(-1, /*keepdim=*/true)).exp(),
            zero_masked(exponent.exp(), inputs.mask)};
  }

  /// The library that the original suite calls, on rows that it pads to max_length with zero keys
  /// and values: those count in the denominator.
  at::Tensor padded_context(const AttentionInputs& inputs, const at::Tensor& directions) const {
    constexpr double kEpsilon = 1e-4;
    const double scale = 1 / std::sqrt(static_cast<double>(options_.features));
    const auto half_norms = [](const at::Tensor& x) {
      return x.square().sum(-1, /*keepdim=*/true) / 2;
    };
    const at::Tensor query = zero_masked(inputs.query, inputs.mask);
    const at::Tensor projected_query = at::matmul(query, directions);
    const at::Tensor projected_key = at::matmul(inputs.key, directions);
    at::Tensor stabiliser = projected_key.detach().amax({-2, -1}, /*keepdim=*/true);
    const at::Tensor padding = max_length_ - count_valid(inputs.mask, inputs.key);  // [batch or 1]
    const at::Tensor padded = padding.gt(0).view({-1, 1, 1, 1});
    // Padding has the exponent 0.
    stabiliser = at::where(padded, stabiliser.clamp_min(0), stabiliser);
    const at::Tensor query_stabiliser = projected_query.detach().amax(-1, /*keepdim=*/true);
    const at::Tensor phi_query =
        ((projected_query - half_norms(query) - query_stabiliser).exp() + kEpsilon) * scale;
    const at::Tensor phi_key = zero_masked(
        ((projected_key - half_norms(inputs.key) - stabiliser).exp() + kEpsilon) * scale,
        inputs.mask);
    const at::Tensor phi_zero = ((-stabiliser).exp() + kEpsilon) * scale;  // of every feature
    const at::Tensor total =
        phi_key.sum(-2, /*keepdim=*/true) + phi_zero * padding.view({-1, 1, 1, 1});
    const at::Tensor sums = at::matmul(phi_key.transpose(-1, -2), inputs.value);
    return at::matmul(phi_query, sums) / at::matmul(phi_query, total.transpose(-1, -2));
  }

  PerformerOptions options_;
  int64_t max_length_;
  OrthogonalFeatures features_{nullptr};
};

/// Features of queries and keys, and the products φ(K)ᵀ V, φ(Q) (φ(K)ᵀ V) and φ(Q) Σ_j φ(K_j).
int64_t performer_multiply_adds(const PerformerOptions& options, const AttentionShape& shape,
                                int64_t length) {
  return shape.heads * length * options.features * (4 * shape.head_dim + 1);
}

}  // namespace

AttentionKind performer_attention() {
  return make_kind<PerformerOptions, PerformerAttentionImpl>(
      {.name = "performer",
       .help = "Performer: softmax attention estimated by r positive orthogonal random features",
       .complexity = "n·r",
       .linear_memory = true,
       .drawn_buffers = {"features.projection"},
       .paper = "Choromanski et al. 2021, Rethinking Attention with Performers"},
      performer_multiply_adds);
}

}  // namespace yoso::nn
