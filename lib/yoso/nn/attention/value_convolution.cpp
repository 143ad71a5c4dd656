#include "yoso/nn/attention/value_convolution.h"

#include <ATen/ATen.h>
#include <torch/nn/init.h>

#include <cmath>

namespace yoso::nn {

ValueConvolutionImpl::ValueConvolutionImpl(int64_t heads, int64_t window) {
  TORCH_CHECK(window % 2 == 1, "ValueConvolution: window ", window, " is not odd");
  weight = register_parameter("weight", at::empty({heads, 1, window, 1}));
  reset_parameters();
}

void ValueConvolutionImpl::reset_parameters() {
  torch::nn::init::kaiming_uniform_(weight, std::sqrt(5.0));
}

at::Tensor ValueConvolutionImpl::forward(const at::Tensor& value, const at::Tensor& mask) {
  at::Tensor real = value;
  if (mask.defined()) real = value.masked_fill(mask.logical_not().unsqueeze(1).unsqueeze(-1), 0);
  return at::conv2d(real, weight, /*bias=*/{}, /*stride=*/1, /*padding=*/{weight.size(2) / 2, 0},
                    /*dilation=*/1,
                    /*groups=*/weight.size(0));
}

void ValueConvolutionImpl::pretty_print(std::ostream& stream) const {
  stream << "yoso::nn::ValueConvolution(heads=" << weight.size(0) << ", window=" << weight.size(2)
         << ")";
}

}  // namespace yoso::nn
