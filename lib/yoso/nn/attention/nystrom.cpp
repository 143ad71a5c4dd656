#include <ATen/ATen.h>

#include <cmath>

#include "yoso/nn/attention/kind.h"
#include "yoso/nn/attention/padding.h"
#include "yoso/nn/attention/rows.h"
#include "yoso/nn/attention/value_convolution.h"
#include "yoso/nn/attention/wide_core.h"
#include "yoso/nn/attention/yoso_options.h"

namespace yoso::nn {

namespace {

struct NystromOptions {
  int64_t landmarks = 64;
  int64_t iterations = 6;
  int64_t conv_window = 0;
  config::Compat compat = config::Compat::none;

  void fields(config::FieldVisitor& visitor) {
    visitor.field({"landmarks",
                   "segments whose means stand for queries and keys (m); "
                   "a row of fewer tokens has one a token"},
                  landmarks, {.min = 1, .max = 1 << 16});
    visitor.field({"iterations", "steps of the iterative pseudo-inverse"}, iterations,
                  {.min = 1, .max = 1000});
    conv_window_field(visitor, conv_window);
    config::compat_field(
        visitor, compat,
        "mlpen: as in the original suite, segments of the inputs padded to max_length, "
        "and a start of the pseudo-inverse from the norms of the whole batch");
  }

  void resolve(const config::Tree& written, const AttentionShape& shape, const std::string& path) {
    check_conv_window(conv_window, written, path);
    if (fixed_segments() && shape.max_length % landmarks != 0) {
      fail_option(written, path, "landmarks",
                  "expected a divisor of model.max_length, " + std::to_string(shape.max_length) +
                      ", with compat " + config::to_text(compat) + ", not `" +
                      std::to_string(landmarks) + "`");
    }
  }

  /// Whether segments are those of inputs padded to max_length.
  bool fixed_segments() const { return compat == config::Compat::mlpen; }

  /// Whether the pseudo-inverses of a batch start from the same norms.
  bool shared_start() const { return compat == config::Compat::mlpen; }
};

/// Means of consecutive segments of each row.
struct Landmarks {
  at::Tensor query, key;  // [batch, heads, landmarks, head_dim]
  at::Tensor mask;        // bool [batch or 1, landmarks]: those that exist; undefined: all do
};

/// Pseudo-inverse of a [..., landmarks, landmarks] by the iteration of order 3 of the paper
/// (equation 11): Z ← Z/4 (13 I − A Z (15 I − A Z (7 I − A Z))), from Z = Aᵀ/(|A|_1 |A|_∞). Rows
/// and columns of zeros stay zero. `shared_start`: both norms are the largest of all matrices.
at::Tensor iterative_pinv(const at::Tensor& a, int64_t iterations, bool shared_start) {
  at::Tensor columns = a.sum(-2).amax(-1), rows = a.sum(-1).amax(-1);  // a softmax: no signs
  if (shared_start) {
    columns = columns.max();
    rows = rows.max();
  }
  const at::Tensor eye = at::eye(a.size(-1), a.options());
  at::Tensor z = a.transpose(-1, -2) / (columns * rows).unsqueeze(-1).unsqueeze(-1);
  for (int64_t i = 0; i < iterations; ++i) {
    const at::Tensor az = at::matmul(a, z);
    const at::Tensor inner = 15 * eye - at::matmul(az, 7 * eye - az);
    z = at::matmul(z, 13 * eye - at::matmul(az, inner)) / 4;
  }
  return z;
}

/// Nyströmformer (Xiong et al. 2021, equations 13 and 14):
/// softmax(Q K̃ᵀ) pinv(softmax(Q̃ K̃ᵀ)) softmax(Q̃ Kᵀ) V, products scaled by 1/sqrt(head_dim), with
/// landmarks Q̃, K̃ the means of segments of the valid tokens, whose sizes differ by one at most;
/// with a convolution window the depthwise convolution of V is added (section 3.2).
class NystromAttentionImpl : public AttentionImpl {
 public:
  NystromAttentionImpl(const NystromOptions& options, const AttentionShape& shape)
      : options_(options), max_length_(shape.max_length) {
    if (options.conv_window > 0)
      conv_ = register_module("conv", ValueConvolution(shape.heads, options.conv_window));
  }

  at::Tensor forward(const AttentionInputs& narrow) override {
    const WideCore core(narrow);
    const AttentionInputs& inputs = core.inputs;
    const Landmarks landmarks =
        options_.fixed_segments() ? fixed_landmarks(inputs) : row_landmarks(inputs);
    // A softmax followed by one product is an attention: it runs fused, and no n × m matrix is kept
    // for the gradient.
    const at::Tensor from_keys = at::scaled_dot_product_attention(
        landmarks.query, inputs.key, inputs.value, key_mask(inputs.mask));
    const at::Tensor middle = at::matmul(
        iterative_pinv(among(landmarks), options_.iterations, options_.shared_start()), from_keys);
    at::Tensor context = at::scaled_dot_product_attention(inputs.query, landmarks.key, middle,
                                                          key_mask(landmarks.mask));
    if (conv_) context = context + conv_(inputs.value, inputs.mask);
    return core.narrow(context);
  }

  void pretty_print(std::ostream& stream) const override {
    stream << "yoso::nn::NystromAttention(landmarks=" << options_.landmarks
           << ", iterations=" << options_.iterations << ", conv_window=" << options_.conv_window
           << ", compat=" << config::to_text(options_.compat) << ")";
  }

 private:
  /// softmax(Q̃ K̃ᵀ) with zeros in the rows and columns of landmarks that do not exist.
  static at::Tensor among(const Landmarks& landmarks) {
    const double scale = 1 / std::sqrt(static_cast<double>(landmarks.query.size(-1)));
    const at::Tensor logits = at::matmul(landmarks.query * scale, landmarks.key.transpose(-1, -2));
    if (!landmarks.mask.defined()) return logits.softmax(-1);
    const at::Tensor gone = landmarks.mask.logical_not().unsqueeze(1);
    return logits.masked_fill(gone.unsqueeze(-2), -INFINITY)
        .softmax(-1)
        .masked_fill(gone.unsqueeze(-1), 0);
  }

  /// Every row's valid tokens in order, in min(landmarks, tokens) segments.
  Landmarks row_landmarks(const AttentionInputs& inputs) const {
    const int64_t most = std::min(options_.landmarks, inputs.query.size(2));
    if (!inputs.mask.defined() && inputs.query.size(2) % most == 0) {
      const auto means = [most](const at::Tensor& x) {
        return x.unflatten(2, {most, x.size(2) / most}).mean(3);
      };
      return {means(inputs.query), means(inputs.key), {}};
    }
    const at::Tensor mask = usable_keys(inputs.mask);
    const at::Tensor tokens = count_valid(mask, inputs.query).unsqueeze(-1);
    const at::Tensor segments = tokens.clamp_max(most);
    at::Tensor segment =
        at::div(rank_of_valid(mask, inputs.query) * segments, tokens, /*rounding_mode=*/"floor");
    if (mask.defined()) segment = segment.masked_fill(mask.logical_not(), most);
    // Segment s holds the positions from ceil(s·tokens / segments) to before that of s + 1.
    const at::Tensor edges = at::arange(most + 1, tokens.options());
    const at::Tensor begins =
        at::div(edges * tokens + segments - 1, segments, /*rounding_mode=*/"floor");
    const at::Tensor sizes = begins.narrow(1, 1, most) - begins.narrow(1, 0, most);
    const at::Tensor weight =
        sizes.clamp_min(1).to(inputs.query.scalar_type()).reciprocal().unsqueeze(1).unsqueeze(-1);
    const at::Tensor exists = edges.narrow(0, 0, most) < segments;
    return {segment_sums(inputs.query, segment, most) * weight,
            segment_sums(inputs.key, segment, most) * weight, exists};
  }

  /// Segments of max_length / landmarks positions, the masked and missing ones counting as zeros.
  Landmarks fixed_landmarks(const AttentionInputs& inputs) const {
    const int64_t length = inputs.query.size(2), size = max_length_ / options_.landmarks;
    TORCH_CHECK(length <= max_length_, "NystromAttention: a length of ", length,
                " exceeds max_length, ", max_length_);
    const auto means = [&](const at::Tensor& x) {
      return at::constant_pad_nd(zero_masked(x, inputs.mask), {0, 0, 0, max_length_ - length})
          .unflatten(2, {options_.landmarks, size})
          .mean(3);
    };
    return {means(inputs.query), means(inputs.key), {}};
  }

  NystromOptions options_;
  int64_t max_length_;
  ValueConvolution conv_{nullptr};
};

/// Attention of the landmarks to the keys and of the queries to the landmarks, the landmarks' own
/// scores, four products a step of the pseudo-inverse, and its product with the landmarks' context.
int64_t nystrom_multiply_adds(const NystromOptions& options, const AttentionShape& shape,
                              int64_t length) {
  const int64_t most =
      options.fixed_segments() ? options.landmarks : std::min(options.landmarks, length);
  const int64_t dim = shape.head_dim;
  return shape.heads * (4 * most * length * dim + 2 * most * most * dim +
                        4 * options.iterations * most * most * most) +
         convolution_multiply_adds(shape, options.conv_window, length);
}

}  // namespace

AttentionKind nystrom_attention() {
  return make_kind<NystromOptions, NystromAttentionImpl>(
      {.name = "nystrom",
       .help = "Nyströmformer: softmax attention by m landmarks; conv_window as in YOSO-C",
       .complexity = "n·m",
       .linear_memory = true,
       .paper = "Xiong et al. 2021, Nyströmformer: A Nyström-Based Algorithm for Approximating "
                "Self-Attention"},
      nystrom_multiply_adds);
}

}  // namespace yoso::nn
