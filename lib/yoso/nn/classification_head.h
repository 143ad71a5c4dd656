#pragma once

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include <cstdint>

#include "yoso/nn/linear.h"

namespace yoso::nn {

struct ClassificationHeadOptions {
  int64_t features = 64;  // width of the pooled vector
  int64_t hidden = 128;
  int64_t classes = 2;
};

/// Linear, ReLU, Linear.
class ClassificationHeadImpl : public torch::nn::Module {
 public:
  explicit ClassificationHeadImpl(const ClassificationHeadOptions& options);

  /// [batch, features] → logits [batch, classes].
  at::Tensor forward(const at::Tensor& features);

  const ClassificationHeadOptions options;
  Linear dense{nullptr}, output{nullptr};
};
TORCH_MODULE(ClassificationHead);

}  // namespace yoso::nn
