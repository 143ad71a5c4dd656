#include <ATen/ATen.h>

#include <cmath>

#include "yoso/nn/attention/kind.h"
#include "yoso/nn/attention/padding.h"
#include "yoso/nn/attention/wide_core.h"

namespace yoso::nn {

namespace {

struct LinearOptions {
  config::Compat compat = config::Compat::none;

  void fields(config::FieldVisitor& visitor) {
    config::compat_field(visitor, compat,
                         "mlpen: as in the original suite, without the denominator "
                         "and with features divided by max_length^(1/4)");
  }

  void resolve(const config::Tree&, const AttentionShape&, const std::string&) {}

  /// Whether weights are divided by their sum; else features are, by max_length^(1/4).
  bool denominator() const { return compat != config::Compat::mlpen; }
};

/// elu(x) + 1, computed so that it keeps its precision where elu is near −1.
at::Tensor elu_plus_one(const at::Tensor& x) { return x.clamp_max(0).exp() + at::relu(x); }

/// Linear attention (Katharopoulos et al. 2020, equations 5, 6 and 7):
/// Y_i = φ(Q_i) Σ_j φ(K_j)ᵀ V_j / (φ(Q_i) · Σ_j φ(K_j)), φ = elu + 1.
class LinearAttentionImpl : public AttentionImpl {
 public:
  LinearAttentionImpl(const LinearOptions& options, const AttentionShape& shape)
      : options_(options), max_length_(shape.max_length) {}

  at::Tensor forward(const AttentionInputs& narrow) override {
    const WideCore core(narrow);
    const at::Tensor query = elu_plus_one(core.inputs.query);
    const at::Tensor key = elu_plus_one(core.inputs.key);
    if (!options_.denominator()) return core.narrow(without_denominator(core, query, key));
    const at::Tensor mask = usable_keys(core.inputs.mask);
    const at::Tensor valid_key = zero_masked(key, mask);
    const at::Tensor sums = at::matmul(valid_key.transpose(-1, -2), core.inputs.value);
    const at::Tensor norm = at::matmul(query, valid_key.sum(-2).unsqueeze(-1));
    return core.narrow(at::matmul(query, sums) / norm);
  }

  void pretty_print(std::ostream& stream) const override {
    stream << "yoso::nn::LinearAttention(compat=" << config::to_text(options_.compat) << ")";
  }

 private:
  /// The original divides by the fourth root of the length of its inputs, which it pads to the
  /// longest.
  at::Tensor without_denominator(const WideCore& core, const at::Tensor& query,
                                 const at::Tensor& key) const {
    const double scale = std::pow(static_cast<double>(max_length_), -0.25);
    const at::Tensor valid_key = zero_masked(key * scale, core.inputs.mask);
    return at::matmul(query * scale, at::matmul(valid_key.transpose(-1, -2), core.inputs.value));
  }

  LinearOptions options_;
  int64_t max_length_;
};

/// The products φ(K)ᵀ V, φ(Q) (φ(K)ᵀ V) and φ(Q) Σ_j φ(K_j).
int64_t linear_multiply_adds(const LinearOptions& options, const AttentionShape& shape,
                             int64_t length) {
  const int64_t denominator = options.denominator() ? 1 : 0;
  return shape.heads * length * shape.head_dim * (2 * shape.head_dim + denominator);
}

}  // namespace

AttentionKind linear_attention() {
  return make_kind<LinearOptions, LinearAttentionImpl>(
      {.name = "linear",
       .help = "linear transformer: the kernel of elu + 1 features, summed over keys first",
       .complexity = "n",
       .linear_memory = true,
       .paper = "Katharopoulos et al. 2020, Transformers are RNNs"},
      linear_multiply_adds);
}

}  // namespace yoso::nn
