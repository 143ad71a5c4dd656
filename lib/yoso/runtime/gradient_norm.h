#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace yoso::runtime {

/// The joint l2 norm of tensors of one device: sqrt(Σ x²) over all their values; 0 for no tensors.
/// Float32 on a CPU is read once, by all threads, and summed in float64 in an order that does not
/// depend on the number of threads.
double joint_norm(const std::vector<at::Tensor>& tensors);

}  // namespace yoso::runtime
