#pragma once

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include <cstdint>

#include "yoso/nn/cloneable.h"

namespace yoso::nn {

/// Dropout (Srivastava et al. 2014): in training each value is zero with probability p and else
/// divided by 1 − p.
///
/// On a CPU, which values are kept is a pure function of their position and of a key, one number
/// that each call takes from LibTorch's generator. So nothing is stored for the backward pass, all
/// threads compute the mask, and results are the same for any number of threads; LibTorch's own
/// dropout samples on one thread and stores a factor for each value. On other devices LibTorch's is
/// used.
class DropoutImpl : public Cloneable<DropoutImpl> {
 public:
  /// `p` in [0, 1]; c10::Error otherwise.
  explicit DropoutImpl(double p = 0.5);

  /// x of any shape → the same shape and dtype; x itself in evaluation and where p is 0.
  at::Tensor forward(const at::Tensor& x);

  /// residual + forward(x) in one pass over memory; both of one shape.
  at::Tensor add(const at::Tensor& residual, const at::Tensor& x);

  void pretty_print(std::ostream& stream) const override;

  double p;
};
TORCH_MODULE(Dropout);

/// A key for the mask of one call on a CPU. It is the only number that a call takes from LibTorch's
/// generator, so that the generator's seed fixes all masks.
uint64_t draw_dropout_key();

}  // namespace yoso::nn
