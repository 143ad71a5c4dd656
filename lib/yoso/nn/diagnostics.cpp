#include "yoso/nn/diagnostics.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include "yoso/nn/attention/l2_normalize.h"
#include "yoso/nn/attention/padding.h"
#include "yoso/nn/multi_head_attention.h"

namespace yoso::nn {

namespace {

/// One call of an attention.
struct ObservedCall {
  AttentionImpl* core;
  AttentionInputs inputs;
  at::Tensor context;
};

/// Collects the calls of all attentions of a model, which is in evaluation mode meanwhile.
class Observation {
 public:
  explicit Observation(torch::nn::Module& model) : model_(model), training_(model.is_training()) {
    model_.eval();
    set([this](AttentionImpl* core) {
      return [this, core](const AttentionInputs& inputs, const at::Tensor& context) {
        calls.push_back({core, inputs, context});
      };
    });
  }
  Observation(const Observation&) = delete;
  Observation& operator=(const Observation&) = delete;
  ~Observation() {
    set([](AttentionImpl*) { return nullptr; });
    model_.train(training_);
  }

  std::vector<ObservedCall> calls;

 private:
  template <class MakeObserver>
  void set(const MakeObserver& make) {
    model_.apply([&make](torch::nn::Module& module) {
      if (auto* attention = module.as<MultiHeadAttentionImpl>())
        attention->observer = make(attention->core.get());
    });
  }

  torch::nn::Module& model_;
  bool training_;
};

/// Mean of q·k/(|q| |k|) over the pairs of valid tokens of a row and head.
double mean_product(const AttentionInputs& inputs) {
  const auto mean_row = [&](const at::Tensor& x) {
    const at::Tensor unit = zero_masked(l2_normalize(x.to(at::kDouble)), inputs.mask);
    return unit.sum(-2) / count_valid(inputs.mask, x).clamp_min(1).view({-1, 1, 1});
  };
  return (mean_row(inputs.query) * mean_row(inputs.key)).sum(-1).mean().item<double>();
}

}  // namespace

std::vector<Diagnostics> diagnose(torch::nn::Module& model,
                                  const std::function<at::Tensor()>& loss) {
  Observation observation(model);
  const at::AutoGradMode with_gradients(true);
  const at::Tensor value = loss();
  std::vector<at::Tensor> contexts;
  for (const ObservedCall& call : observation.calls) contexts.push_back(call.context);
  if (contexts.empty()) return {};
  const auto grads = torch::autograd::grad({value}, contexts, {}, /*retain_graph=*/false,
                                           /*create_graph=*/false, /*allow_unused=*/true);
  std::vector<Diagnostics> layers;
  for (size_t i = 0; i < contexts.size(); ++i) {
    AttentionInputs inputs = observation.calls[i].inputs;
    for (at::Tensor* x : {&inputs.query, &inputs.key, &inputs.value}) *x = x->detach();
    const at::Tensor grad = grads[i].defined() ? grads[i] : at::zeros_like(contexts[i]);
    Diagnostics figures = {{"mean_qk", mean_product(inputs)}};
    for (auto& figure : observation.calls[i].core->diagnose(inputs, grad))
      figures.push_back(std::move(figure));
    layers.push_back(std::move(figures));
  }
  return layers;
}

}  // namespace yoso::nn
