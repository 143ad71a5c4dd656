#include "yoso/train/optimizer.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <optional>

#include "yoso/runtime/gradient_norm.h"
#include "yoso/util/error.h"

namespace yoso::train {

Optimizer::Optimizer(const torch::nn::Module& model, const config::TrainConfig& config)
    : beta1_(config.beta1),
      beta2_(config.beta2),
      eps_(config.eps),
      weight_decay_(config.weight_decay) {
  for (const auto& item : model.named_parameters()) {
    const at::Tensor& parameter = item.value();
    if (!parameter.requires_grad()) continue;
    states_.push_back({item.key(), parameter, at::zeros_like(parameter), at::zeros_like(parameter),
                       at::zeros({}, parameter.options().dtype(at::kFloat)),
                       config.decay == config::Decay::all || parameter.dim() >= 2});
  }
}

void Optimizer::zero_grad() {
  for (ParameterState& entry : states_) entry.parameter.mutable_grad() = at::Tensor();
}

double Optimizer::clip(double clip_norm) {
  std::vector<at::Tensor> grads;
  for (const ParameterState& entry : states_) {
    if (entry.parameter.grad().defined()) grads.push_back(entry.parameter.grad());
  }
  const at::NoGradGuard no_grad;
  const double norm = runtime::joint_norm(grads);
  shrink_ = clip_norm > 0 && norm > clip_norm ? norm / clip_norm : 1;
  return norm;
}

void Optimizer::step(double lr) {
  const at::NoGradGuard no_grad;
  step_group(true, lr);
  step_group(false, lr);
  shrink_ = 1;
}

void Optimizer::step_group(bool decays, double lr) {
  std::vector<at::Tensor> parameters, grads, exp_avgs, exp_avg_sqs, steps;
  for (const ParameterState& entry : states_) {
    if (entry.decays != decays || !entry.parameter.grad().defined()) continue;
    parameters.push_back(entry.parameter);
    grads.push_back(entry.parameter.grad());
    exp_avgs.push_back(entry.exp_avg);
    exp_avg_sqs.push_back(entry.exp_avg_sq);
    steps.push_back(entry.step);
  }
  if (parameters.empty()) return;
  at::_foreach_add_(steps, 1);
  std::optional<at::Tensor> divisor;
  if (shrink_ != 1) divisor = at::full({}, shrink_, grads[0].options().dtype(at::kFloat));
  at::_fused_adamw_(parameters, grads, exp_avgs, exp_avg_sqs, /*max_exp_avg_sqs=*/{}, steps, lr,
                    beta1_, beta2_, decays ? weight_decay_ : 0.0, eps_, /*amsgrad=*/false,
                    /*maximize=*/false, /*grad_scale=*/divisor);
}

serialization::NamedTensors Optimizer::state() const {
  serialization::NamedTensors state;
  for (const ParameterState& entry : states_) {
    state.emplace_back(entry.name + ".exp_avg", entry.exp_avg);
    state.emplace_back(entry.name + ".exp_avg_sq", entry.exp_avg_sq);
    state.emplace_back(entry.name + ".step", entry.step);
  }
  return state;
}

void Optimizer::load(const serialization::NamedTensors& state, const std::string& path) {
  const at::NoGradGuard no_grad;
  const auto take = [&](const std::string& name, at::Tensor& into) {
    const at::Tensor saved = serialization::find(state, name);
    if (!saved.defined()) throw DataError(path + ": " + name + " is missing");
    if (saved.sizes() != into.sizes())
      throw DataError(path + ": " + name + " has another shape than the model's");
    into.copy_(saved);
  };
  for (ParameterState& entry : states_) {
    take(entry.name + ".exp_avg", entry.exp_avg);
    take(entry.name + ".exp_avg_sq", entry.exp_avg_sq);
    take(entry.name + ".step", entry.step);
  }
}

}  // namespace yoso::train
