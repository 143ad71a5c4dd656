#pragma once

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include "yoso/config/experiment.h"
#include "yoso/nn/cloneable.h"
#include "yoso/nn/dropout.h"
#include "yoso/nn/layers.h"

namespace yoso::nn {

/// Linear, activation, Linear. Pre-norm models apply dropout after the activation too (as the LRA
/// harness of Nyströmformer and YOSO does), post-norm models do not (as BERT).
class FeedForwardImpl : public Cloneable<FeedForwardImpl> {
 public:
  explicit FeedForwardImpl(const config::ModelConfig& model);

  /// [..., dim] → [..., dim].
  at::Tensor forward(const at::Tensor& hidden);

  void pretty_print(std::ostream& stream) const override;

  Linear intermediate{nullptr}, output{nullptr};
  Dropout dropout{nullptr};

 private:
  config::Activation activation_;
};
TORCH_MODULE(FeedForward);

}  // namespace yoso::nn
