#include "yoso/nn/attention/kind.h"

namespace yoso::nn {

namespace {

/// Every token attends to itself only: the baseline for what attention adds on a task.
class NoneAttentionImpl : public AttentionImpl {
 public:
  NoneAttentionImpl(const NoOptions&, const AttentionShape&) {}

  at::Tensor forward(const AttentionInputs& inputs) override { return inputs.value; }

  void pretty_print(std::ostream& stream) const override { stream << "yoso::nn::NoneAttention()"; }
};

int64_t none_multiply_adds(const NoOptions&, const AttentionShape&, int64_t) { return 0; }

}  // namespace

AttentionKind none_attention() {
  return make_kind<NoOptions, NoneAttentionImpl>(
      {.name = "none",
       .help = "no attention: the context of a token is its own value",
       .complexity = "n",
       .linear_memory = true},
      none_multiply_adds);
}

}  // namespace yoso::nn
