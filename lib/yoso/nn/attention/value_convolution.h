#pragma once

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include <cstdint>

#include "yoso/nn/attention/attention.h"

namespace yoso::nn {

/// The convolution of YOSO-C (Zeng et al. 2021): along the sequence, one filter a head shared by
/// all its dimensions, no bias.
class ValueConvolutionImpl : public torch::nn::Module {
 public:
  /// `window` is odd, as an even one would change the length; c10::Error otherwise.
  ValueConvolutionImpl(int64_t heads, int64_t window);

  /// value [batch, heads, length, head_dim] → the same shape. `mask` bool [batch, length] or
  /// undefined; masked rows count as zero, as does what lies beyond the ends.
  at::Tensor forward(const at::Tensor& value, const at::Tensor& mask);

  void reset_parameters();
  void pretty_print(std::ostream& stream) const override;

  at::Tensor weight;  // [heads, 1, window, 1]
};
TORCH_MODULE(ValueConvolution);

/// Multiply-adds of the forward pass over one sequence (AttentionKind::multiply_adds); 0 for no
/// window.
int64_t convolution_multiply_adds(const AttentionShape& shape, int64_t window, int64_t length);

}  // namespace yoso::nn
