#pragma once

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include <cstdint>

#include "yoso/nn/attention/attention.h"

namespace yoso::nn {

/// The random directions of FAVOR+ (Choromanski et al. 2021, section 2.4): rows of independent
/// Gaussian norm, orthogonal to one another within each block of head_dim rows. Those of evaluation
/// are stored as buffer `projection`.
///
/// The directions are a pure function of (seed, layer, hash seed number, head) for the stored ones
/// and of (seed, layer, step div resample_every, head) in training.
class OrthogonalFeaturesImpl : public torch::nn::Module {
 public:
  /// `resample_every` in training steps; 0: training uses the stored ones.
  OrthogonalFeaturesImpl(int64_t features, int64_t resample_every, const AttentionShape& shape);

  /// float32 [heads, features, head_dim] for one call.
  at::Tensor directions(const AttentionInputs& inputs) const;

  /// Replaces the stored ones by those of hash seed number `number`.
  void resample(int64_t number);

  void pretty_print(std::ostream& stream) const override;

  const int64_t features;
  const int64_t resample_every;

 private:
  /// [keys·heads, features, head_dim] on the CPU.
  at::Tensor draw_directions(const at::Tensor& keys) const;

  AttentionShape shape_;
  at::Tensor stored_;  // [applications·heads, features, head_dim]
};
TORCH_MODULE(OrthogonalFeatures);

}  // namespace yoso::nn
