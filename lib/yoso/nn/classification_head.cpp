#include "yoso/nn/classification_head.h"

#include <ATen/ops/relu.h>

namespace yoso::nn {

ClassificationHeadImpl::ClassificationHeadImpl(const ClassificationHeadOptions& options)
    : options(options) {
  dense = register_module("dense", Linear(options.features, options.hidden));
  output = register_module("output", Linear(options.hidden, options.classes));
}

at::Tensor ClassificationHeadImpl::forward(const at::Tensor& features) {
  return output(at::relu(dense(features)));
}

}  // namespace yoso::nn
