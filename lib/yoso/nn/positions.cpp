#include "yoso/nn/positions.h"

#include <ATen/ATen.h>

#include <cmath>

namespace yoso::nn {

namespace {

/// position·frequency of every position and pair, float64 [length, pairs].
at::Tensor angles(int64_t length, int64_t dim, int64_t pairs, const at::Device& device) {
  const auto options = at::TensorOptions(at::kDouble).device(device);
  const at::Tensor frequencies =
      (at::arange(pairs, options) * (-2 * std::log(10000.0) / static_cast<double>(dim))).exp();
  return at::arange(length, options).unsqueeze(1) * frequencies;
}

}  // namespace

at::Tensor sinusoidal_positions(int64_t length, const at::Tensor& hidden) {
  const int64_t dim = hidden.size(-1);
  const at::Tensor angle = angles(length, dim, (dim + 1) / 2, hidden.device());
  return at::stack({angle.sin(), angle.cos()}, -1)
      .flatten(1)
      .narrow(1, 0, dim)
      .to(hidden.scalar_type());
}

at::Tensor rotate_by_position(const at::Tensor& x) {
  const int64_t dim = x.size(-1), pairs = dim / 2;
  if (pairs == 0) return x;
  const at::ScalarType type = x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
  const at::Tensor angle = angles(x.size(2), dim, pairs, x.device());
  const at::Tensor cos = angle.cos().to(type), sin = angle.sin().to(type);
  const at::Tensor wide = x.narrow(-1, 0, 2 * pairs).unflatten(-1, {pairs, 2}).to(type);
  const at::Tensor first = wide.select(-1, 0), second = wide.select(-1, 1);
  const at::Tensor turned = at::stack({first * cos - second * sin, first * sin + second * cos}, -1)
                                .flatten(-2)
                                .to(x.scalar_type());
  return dim == 2 * pairs ? turned : at::cat({turned, x.narrow(-1, dim - 1, 1)}, -1);
}

}  // namespace yoso::nn
