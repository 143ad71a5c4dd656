#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace yoso::runtime {

/// The joint l2 norm of tensors of one device: sqrt(Σ x²) over all their values. Float32 on a CPU
/// is read once, by all threads, and summed in float64 in an order that no number of threads
/// changes.
double joint_norm(const std::vector<at::Tensor>& tensors);

}  // namespace yoso::runtime
