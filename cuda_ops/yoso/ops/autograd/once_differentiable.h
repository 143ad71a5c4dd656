#pragma once

#include <ATen/core/Tensor.h>

#include <initializer_list>
#include <tuple>

namespace yoso::ops {

using Gradients = std::tuple<at::Tensor, at::Tensor, at::Tensor>;

/// Whether a graph is being recorded through any of `inputs`.
bool records_graph(std::initializer_list<at::Tensor> inputs);

/// The same gradients (undefined ones stay so) with a node that throws, naming the operator, when
/// they are differentiated again.
Gradients once_differentiable(const char* op, const Gradients& gradients);

}  // namespace yoso::ops
