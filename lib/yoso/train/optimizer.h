#pragma once

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <string>
#include <vector>

#include "yoso/config/experiment.h"
#include "yoso/serialization/safetensors.h"

namespace yoso::train {

/// AdamW (Loshchilov & Hutter 2019) over a module's parameters, with one fused launch for the
/// parameters with weight decay and one for those without. Unless `decay` is `all`, tensors of
/// fewer than two dimensions (biases, norms) have none. A parameter without a gradient keeps its
/// value and its moments.
class Optimizer {
 public:
  Optimizer(const torch::nn::Module& model, const config::TrainConfig& config);

  void zero_grad();

  /// Scales the gradients of the next step so that their joint l2 norm is at most `clip_norm` (0:
  /// no scaling). Returns the norm before scaling.
  double clip(double clip_norm);

  void step(double lr);

  /// For schedules that change it (one_cycle).
  void set_beta1(double beta1) { beta1_ = beta1; }

  /// Moments and step counts as `NAME.exp_avg`, `NAME.exp_avg_sq`, `NAME.step`.
  serialization::NamedTensors state() const;

  /// Loads saved moments; `path` names them in messages. DataError when a tensor is missing or has
  /// another shape.
  void load(const serialization::NamedTensors& state, const std::string& path);

 private:
  struct ParameterState {
    std::string name;
    at::Tensor parameter, exp_avg, exp_avg_sq, step;
    bool decays;
  };
  void step_group(bool decays, double lr);

  std::vector<ParameterState> states_;
  double beta1_, beta2_, eps_, weight_decay_;
  double shrink_ = 1;  // the next step divides gradients by this
};

}  // namespace yoso::train
