#include <ATen/ATen.h>

#include <array>
#include <cmath>

#include "yoso/nn/attention/kind.h"
#include "yoso/nn/attention/padding.h"
#include "yoso/nn/init.h"

namespace yoso::nn {

namespace {

/// What one projection serves.
enum class ProjectionShare { heads, layers };
constexpr auto names_of(ProjectionShare) { return std::array{"heads", "layers"}; }

struct LinformerOptions {
  int64_t projected = 256;
  ProjectionShare share = ProjectionShare::heads;
  config::Compat compat = config::Compat::none;

  void fields(config::FieldVisitor& visitor) {
    visitor.field({"projected", "positions that keys and values are projected to (k)"}, projected,
                  {.min = 1, .max = 1 << 20});
    visitor.choice({"share",
                    "what one projection of keys and values serves: the heads of a layer, "
                    "or all layers with these options"},
                   share);
    config::compat_field(visitor, compat,
                         "mlpen: as in the original suite, a projection for each head, "
                         "shared by all layers whatever `share` is, from N(0, 0.02²)");
  }

  void resolve(const config::Tree&, const AttentionShape&, const std::string&) {}

  /// Whether each head has a projection of its own.
  bool by_head() const { return compat == config::Compat::mlpen; }

  /// Whether one layer's projections serve all layers.
  bool shared_by_layers() const {
    return compat == config::Compat::mlpen || share == ProjectionShare::layers;
  }

  /// Standard deviation of the initial projections, which the paper leaves open: Xavier's with gain
  /// 1/sqrt(2), so that projected keys begin about as long as keys.
  double init_std(int64_t max_length) const {
    if (compat == config::Compat::mlpen) return 0.02;
    return 1 / std::sqrt(static_cast<double>(max_length + projected));
  }
};

/// E of Linformer, [sets, projected, max_length]; a set serves all heads or one.
class LengthProjectionImpl : public torch::nn::Module, public NormalInit {
 public:
  LengthProjectionImpl(int64_t sets, int64_t projected, int64_t max_length, double std)
      : std_(std) {
    weight = register_parameter("weight", at::empty({sets, projected, max_length}));
    reset_parameters();
  }

  void reset_parameters() {
    const at::NoGradGuard no_grad;
    weight.normal_(0, std_);
  }

  double init_std() const override { return std_; }

  /// x [batch, heads, length, head_dim] → [batch, heads, projected, head_dim].
  at::Tensor forward(const at::Tensor& x) {
    const at::Tensor seen = weight.narrow(2, 0, x.size(2));
    if (seen.size(0) > 1) return at::matmul(seen, x);
    // One product for all heads, which lie side by side where the linear layer made them.
    const at::Tensor tokens = x.transpose(1, 2).flatten(2);
    return at::matmul(seen, tokens).unflatten(-1, {x.size(1), x.size(3)}).transpose(1, 2);
  }

  at::Tensor weight;

 private:
  double std_;
};
TORCH_MODULE(LengthProjection);

/// Linformer (Wang et al. 2020, equation 7): softmax(Q (E K)ᵀ / sqrt(head_dim)) (E V), keys and
/// values sharing E. Masked keys and values are zero before the projection; its outputs are all
/// attended to. Column j of E belongs to position j, so inputs are no longer than max_length.
class LinformerAttentionImpl : public AttentionImpl {
 public:
  LinformerAttentionImpl(const LinformerOptions& options, const AttentionShape& shape)
      : options_(options), max_length_(shape.max_length), dropout_(shape.dropout) {
    const auto* owner = dynamic_cast<const LinformerAttentionImpl*>(shape.first.get());
    if (owner != nullptr && options.shared_by_layers()) {
      projection_ = owner->projection_;  // registered there, once
      return;
    }
    projection_ = register_module(
        "projection", LengthProjection(options.by_head() ? shape.heads : 1, options.projected,
                                       shape.max_length, options.init_std(shape.max_length)));
  }

  at::Tensor forward(const AttentionInputs& inputs) override {
    TORCH_CHECK(inputs.query.size(2) <= max_length_, "LinformerAttention: a length of ",
                inputs.query.size(2), " exceeds max_length, ", max_length_);
    const at::Tensor key = projection_(zero_masked(inputs.key, inputs.mask));
    const at::Tensor value = projection_(zero_masked(inputs.value, inputs.mask));
    return at::scaled_dot_product_attention(inputs.query, key, value, {},
                                            is_training() ? dropout_ : 0.0);
  }

  void pretty_print(std::ostream& stream) const override {
    stream << "yoso::nn::LinformerAttention(projected=" << options_.projected
           << ", share=" << config::to_text(options_.share)
           << ", compat=" << config::to_text(options_.compat) << ", dropout=" << dropout_ << ")";
  }

 private:
  LinformerOptions options_;
  int64_t max_length_;
  double dropout_;
  LengthProjection projection_{nullptr};
};

/// Both projections, scores and context.
int64_t linformer_multiply_adds(const LinformerOptions& options, const AttentionShape& shape,
                                int64_t length) {
  return 4 * shape.heads * length * options.projected * shape.head_dim;
}

}  // namespace

AttentionKind linformer_attention() {
  return make_kind<LinformerOptions, LinformerAttentionImpl>(
      {.name = "linformer",
       .help = "Linformer: keys and values projected along the sequence to k positions",
       .complexity = "n·k",
       .linear_memory = true,
       .drops_weights = true,
       .paper = "Wang et al. 2020, Linformer: Self-Attention with Linear Complexity"},
      linformer_multiply_adds);
}

}  // namespace yoso::nn
