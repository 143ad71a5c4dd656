#include <ATen/core/LegacyTypeDispatch.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <string>

#include "yoso/ops/autograd/once_differentiable.h"
#include "yoso/ops/sampled_attention.h"
#include "yoso/ops/sampled_attention_backward.h"

namespace yoso::ops {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

class SampledAttention : public torch::autograd::Function<SampledAttention> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& query,
                            const at::Tensor& key, const at::Tensor& value,
                            const at::Tensor& query_codes, const at::Tensor& key_codes,
                            int64_t bits, const std::optional<at::Tensor>& query_mask,
                            const std::optional<at::Tensor>& key_mask,
                            const std::string& gradient) {
    const at::AutoDispatchBelowADInplaceOrView below;
    // Codes take 16 bits at most; from forward to backward they are most of a training step's
    // memory.
    const auto kept = [](const at::Tensor& codes) {
      return codes.is_cpu() && codes.scalar_type() == at::kInt ? codes.to(at::kShort) : codes;
    };
    context->save_for_backward({query, key, value, kept(query_codes), kept(key_codes),
                                query_mask.value_or(at::Tensor()),
                                key_mask.value_or(at::Tensor())});
    context->saved_data["bits"] = bits;
    context->saved_data["gradient"] = gradient;
    context->set_materialize_grads(false);
    return sampled_attention(query, key, value, query_codes, key_codes, bits, query_mask, key_mask,
                             gradient);
  }

  static variable_list backward(AutogradContext* context, const variable_list& grads) {
    variable_list inputs(9);
    if (!grads[0].defined()) return inputs;
    const variable_list saved = context->get_saved_variables();
    std::tie(inputs[0], inputs[1], inputs[2]) = sampled_attention_backward(
        grads[0], saved[0], saved[1], saved[2], saved[3], saved[4],
        context->saved_data["bits"].toInt(), saved[5], saved[6],
        context->saved_data["gradient"].toStringRef(), context->needs_input_grad(0),
        context->needs_input_grad(1), context->needs_input_grad(2));
    return inputs;
  }
};

at::Tensor sampled_attention_autograd(const at::Tensor& query, const at::Tensor& key,
                                      const at::Tensor& value, const at::Tensor& query_codes,
                                      const at::Tensor& key_codes, int64_t bits,
                                      const std::optional<at::Tensor>& query_mask,
                                      const std::optional<at::Tensor>& key_mask,
                                      std::string_view gradient) {
  return SampledAttention::apply(query, key, value, query_codes, key_codes, bits, query_mask,
                                 key_mask, std::string(gradient));
}

Gradients sampled_attention_backward_autograd(
    const at::Tensor& grad, const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
    const at::Tensor& query_codes, const at::Tensor& key_codes, int64_t bits,
    const std::optional<at::Tensor>& query_mask, const std::optional<at::Tensor>& key_mask,
    std::string_view gradient, bool need_query, bool need_key, bool need_value) {
  Gradients gradients;
  {
    const at::AutoDispatchBelowADInplaceOrView below;
    gradients = sampled_attention_backward(grad, query, key, value, query_codes, key_codes, bits,
                                           query_mask, key_mask, gradient, need_query, need_key,
                                           need_value);
  }
  if (!records_graph({grad, query, key, value})) return gradients;
  return once_differentiable("sampled_attention", gradients);
}

}  // namespace

TORCH_LIBRARY_IMPL(yoso, Autograd, library) {
  library.impl("sampled_attention", sampled_attention_autograd);
  library.impl("_sampled_attention_backward", sampled_attention_backward_autograd);
}

}  // namespace yoso::ops
