#include <array>

#include "yoso/nn/attention/kind.h"
#include "yoso/nn/attention/l2_normalize.h"
#include "yoso/nn/attention/value_convolution.h"
#include "yoso/nn/attention/yoso_options.h"
#include "yoso/ops/expected_attention.h"

namespace yoso::nn {

namespace {

/// As ops::expected_attention names them.
enum class ExpectationGradient { exact, lower_bound };
constexpr auto names_of(ExpectationGradient) { return std::array{"exact", "lower_bound"}; }

struct YosoExpectationOptions {
  config::AutoInt bits;
  ExpectationGradient gradient = ExpectationGradient::exact;
  int64_t conv_window = 0;
  config::Compat compat = config::Compat::none;

  void fields(config::FieldVisitor& visitor) {
    bits_field(visitor, bits);
    visitor.choice(
        {"gradient", "for queries and keys; exact: dp/dx; lower_bound: the paper's surrogate"},
        gradient);
    conv_window_field(visitor, conv_window);
    yoso_compat_field(visitor, compat);
  }

  void resolve(const config::Tree& written, const AttentionShape& shape, const std::string& path) {
    resolve_bits(bits, shape);
    check_conv_window(conv_window, written, path);
  }

  bool attends_padding() const { return compat == config::Compat::hf; }
};

/// YOSO-E (Zeng et al. 2021): the expectation of YOSO attention over its hash functions, dense.
class YosoExpectationAttentionImpl : public AttentionImpl {
 public:
  YosoExpectationAttentionImpl(const YosoExpectationOptions& options, const AttentionShape& shape)
      : options_(options) {
    if (options.conv_window > 0)
      conv_ = register_module("conv", ValueConvolution(shape.heads, options.conv_window));
  }

  at::Tensor forward(const AttentionInputs& inputs) override {
    const auto mask = optional_mask(attended_mask(inputs.mask, options_.attends_padding()));
    at::Tensor context = l2_normalize(
        ops::expected_attention(l2_normalize(inputs.query), l2_normalize(inputs.key), inputs.value,
                                *options_.bits, mask, mask, config::to_text(options_.gradient)));
    return conv_ ? context + conv_(inputs.value, inputs.mask) : context;
  }

  void pretty_print(std::ostream& stream) const override {
    stream << "yoso::nn::YosoExpectationAttention(bits=" << *options_.bits
           << ", gradient=" << config::to_text(options_.gradient)
           << ", conv_window=" << options_.conv_window
           << ", compat=" << config::to_text(options_.compat) << ")";
  }

 private:
  YosoExpectationOptions options_;
  ValueConvolution conv_{nullptr};
};

/// The products for scores and context.
int64_t yoso_expectation_multiply_adds(const YosoExpectationOptions& options,
                                       const AttentionShape& shape, int64_t length) {
  return 2 * shape.heads * length * length * shape.head_dim +
         convolution_multiply_adds(shape, options.conv_window, length);
}

}  // namespace

AttentionKind yoso_expectation_attention() {
  return make_kind<YosoExpectationOptions, YosoExpectationAttentionImpl>(
      {.name = "yoso_expectation",
       .help = "YOSO-E: what YOSO attention estimates, computed densely",
       .complexity = "n²",
       .linear_memory = true,
       .paper = "Zeng et al. 2021, You Only Sample (Almost) Once"},
      yoso_expectation_multiply_adds);
}

}  // namespace yoso::nn
