#include "yoso/nn/attention/l2_normalize.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

namespace yoso::nn {

namespace {

constexpr double kSmallest = 1e-12;

/// By hand, as autograd's composition keeps x beside y and passes over the rows twice as often.
struct L2Normalize : torch::autograd::Function<L2Normalize> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x) {
    const at::ScalarType type = x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
    const at::Tensor norm =
        at::linalg_vector_norm(x, 2, at::IntArrayRef{-1}, /*keepdim=*/true, type);
    const at::Tensor scale = norm.clamp_min(kSmallest).reciprocal_();
    const at::Tensor y = (x * scale).to(x.scalar_type());
    context->save_for_backward({y, norm, scale});
    return y;
  }

  /// dx = (g − y (g·y)) / ‖x‖; below the smallest norm y is linear in x, and zero rows pass
  /// nothing.
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &y = saved[0], &norm = saved[1], &scale = saved[2], &g = gradients[0];
    const at::Tensor along =
        (g * y).sum(-1, /*keepdim=*/true, norm.scalar_type()) * norm.gt(kSmallest);
    return {((g - y * along) * (scale * norm.gt(0))).to(y.scalar_type())};
  }
};

}  // namespace

at::Tensor l2_normalize(const at::Tensor& x) { return L2Normalize::apply(x); }

}  // namespace yoso::nn
