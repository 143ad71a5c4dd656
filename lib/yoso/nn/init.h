#pragma once

#include <torch/nn/module.h>

#include <cstdint>

namespace yoso::nn {

/// A module whose parameters start from N(0, init_std()²) rather than by the rules below.
class NormalInit {
 public:
  virtual ~NormalInit() = default;
  virtual double init_std() const = 0;
};

/// Sets every parameter of a model. Each is a function of (seed, its dotted name, its shape) alone,
/// so a module that is added or removed leaves the others as they were, and the state of LibTorch's
/// generator has no effect.
///
/// - embeddings: N(0, init_std²)
/// - layer norms: weight 1, bias 0
/// - a bias whose weight belongs to another module (a tied decoder's): 0
/// - all others, as PyTorch does for linear and convolution layers: U(−b, b), b = 1/sqrt(fan_in),
///   with fan_in taken from the module's weight
void init_parameters(torch::nn::Module& model, uint64_t seed, double init_std);

}  // namespace yoso::nn
