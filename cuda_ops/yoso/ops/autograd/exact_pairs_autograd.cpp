#include <ATen/core/LegacyTypeDispatch.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <vector>

#include "yoso/ops/autograd/once_differentiable.h"
#include "yoso/ops/exact_pairs_arguments.h"

namespace yoso::ops {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

void keep(AutogradContext& context, const ExactPairs& p) {
  context.saved_data["kernel"] = p.kernel;
  context.saved_data["normalize"] = p.normalize;
  context.saved_data["tail"] = p.tail;
  context.saved_data["scale"] = p.scale;
  context.saved_data["numbers"] = std::vector<int64_t>{
      p.bits, p.hash_bits, p.partners, p.cap, p.band, p.first_tokens, p.last_tokens, p.cells};
}

ExactPairs kept(AutogradContext& context) {
  const std::vector<int64_t> n = context.saved_data["numbers"].toIntVector();
  return {context.saved_data["kernel"].toStringRef(),
          n[0],
          context.saved_data["scale"].toDouble(),
          context.saved_data["normalize"].toStringRef(),
          n[1],
          n[2],
          n[3],
          n[4],
          n[5],
          n[6],
          context.saved_data["tail"].toStringRef(),
          n[7]};
}

class ExactPairsAttention : public torch::autograd::Function<ExactPairsAttention> {
 public:
  static constexpr size_t kInputs = 9;

  static variable_list forward(AutogradContext* context, const at::Tensor& query,
                               const at::Tensor& key, const at::Tensor& value,
                               const at::Tensor& query_codes, const at::Tensor& key_codes,
                               const std::optional<at::Tensor>& query_mask,
                               const std::optional<at::Tensor>& key_mask,
                               const std::optional<at::Tensor>& document, const ExactPairs& pairs) {
    const at::AutoDispatchBelowADInplaceOrView below;
    auto [result, log_norm] = call_exact_pairs(
        {query, key, value, query_codes, key_codes, query_mask, key_mask, document}, pairs);
    // Codes take 16 bits at most; from forward to backward they are much of a step's memory.
    const auto narrow = [](const at::Tensor& codes) {
      return codes.is_cpu() && codes.scalar_type() == at::kInt ? codes.to(at::kShort) : codes;
    };
    const auto or_none = [](const std::optional<at::Tensor>& t) {
      return t.value_or(at::Tensor());
    };
    context->save_for_backward({query, key, value, narrow(query_codes), narrow(key_codes),
                                or_none(query_mask), or_none(key_mask), or_none(document), result,
                                log_norm});
    context->mark_non_differentiable({log_norm});
    context->set_materialize_grads(false);
    keep(*context, pairs);
    return {result, log_norm};
  }

  static variable_list backward(AutogradContext* context, const variable_list& grads) {
    variable_list inputs(kInputs);
    if (!grads[0].defined()) return inputs;
    const variable_list s = context->get_saved_variables();
    std::tie(inputs[0], inputs[1], inputs[2]) =
        call_exact_pairs_backward({grads[0],
                                   s[8],
                                   s[9],
                                   {context->needs_input_grad(0), context->needs_input_grad(1),
                                    context->needs_input_grad(2)}},
                                  {s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]}, kept(*context));
    return inputs;
  }
};

PairResults exact_pairs_autograd(const PairTensors& t, const ExactPairs& pairs) {
  const variable_list results =
      ExactPairsAttention::apply(t.query, t.key, t.value, t.query_codes, t.key_codes, t.query_mask,
                                 t.key_mask, t.document, pairs);
  return {results[0], results[1]};
}

PairGradients3 exact_pairs_backward_autograd(const PairGradient& gradient, const PairTensors& t,
                                             const ExactPairs& pairs) {
  Gradients gradients;
  {
    const at::AutoDispatchBelowADInplaceOrView below;
    gradients = call_exact_pairs_backward(gradient, t, pairs);
  }
  if (!records_graph({gradient.grad, t.query, t.key, t.value})) return gradients;
  return once_differentiable("exact_pairs_attention", gradients);
}

}  // namespace

TORCH_LIBRARY_IMPL(yoso, Autograd, library) {
  library.impl("exact_pairs_attention", unpack<exact_pairs_autograd>);
  library.impl("_exact_pairs_attention_backward", unpack_backward<exact_pairs_backward_autograd>);
}

}  // namespace yoso::ops
