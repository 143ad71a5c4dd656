#include <ATen/ops/scaled_dot_product_attention.h>

#include "yoso/nn/attention/blocked_softmax.h"
#include "yoso/nn/attention/kind.h"
#include "yoso/nn/attention/padding.h"

namespace yoso::nn {

namespace {

/// softmax(Q Kᵀ / sqrt(head_dim)) V with dropout on the weights (Vaswani et al. 2017, equation 1),
/// by LibTorch's fused kernels; with dropout on a CPU block by block instead (blocked_softmax.h).
class SoftmaxAttentionImpl : public AttentionImpl {
 public:
  SoftmaxAttentionImpl(const NoOptions&, const AttentionShape& shape) : dropout_(shape.dropout) {}

  at::Tensor forward(const AttentionInputs& inputs) override {
    if (is_training() && dropout_ > 0 && has_blocked_softmax(inputs.value)) {
      return blocked_softmax(inputs.query, inputs.key, inputs.value, usable_keys(inputs.mask),
                             dropout_);
    }
    return at::scaled_dot_product_attention(inputs.query, inputs.key, inputs.value,
                                            key_mask(inputs.mask), is_training() ? dropout_ : 0.0);
  }

  void pretty_print(std::ostream& stream) const override {
    stream << "yoso::nn::SoftmaxAttention(dropout=" << dropout_ << ")";
  }

 private:
  double dropout_;
};

/// The products for scores and context.
int64_t softmax_multiply_adds(const NoOptions&, const AttentionShape& shape, int64_t length) {
  return 2 * shape.heads * length * length * shape.head_dim;
}

}  // namespace

AttentionKind softmax_attention() {
  return make_kind<NoOptions, SoftmaxAttentionImpl>(
      {.name = "softmax",
       .help = "softmax attention; on a GPU its n² weights are held with attention_dropout only",
       .complexity = "n²",
       .linear_memory = true,
       .drops_weights = true,
       .paper = "Vaswani et al. 2017, Attention Is All You Need"},
      softmax_multiply_adds);
}

}  // namespace yoso::nn
