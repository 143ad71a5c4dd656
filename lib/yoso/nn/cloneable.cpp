#include "yoso/nn/cloneable.h"

#include <ATen/core/grad_mode.h>

namespace yoso::nn {

void copy_state(const torch::nn::Module& from, torch::nn::Module& to,
                const std::optional<c10::Device>& device) {
  const at::NoGradGuard no_grad;
  const auto copied = [&](const at::Tensor& tensor) {
    return device ? tensor.to(*device, tensor.scalar_type(), /*non_blocking=*/false, /*copy=*/true)
                  : tensor.clone();
  };
  auto parameters = to.named_parameters();
  for (const auto& item : from.named_parameters()) {
    at::Tensor& parameter = parameters[item.key()];
    parameter.set_data(copied(item.value()));
    parameter.set_requires_grad(item.value().requires_grad());
  }
  auto buffers = to.named_buffers();
  for (const auto& item : from.named_buffers()) buffers[item.key()].set_data(copied(item.value()));
  to.train(from.is_training());
  const auto sources = from.modules(), targets = to.modules();
  TORCH_CHECK(sources.size() == targets.size(), "clone(): the copy has other modules");
  for (size_t i = 0; i < targets.size(); ++i) {
    if (auto* settings = dynamic_cast<HasSettings*>(targets[i].get()))
      settings->copy_settings(*sources[i]);
  }
}

}  // namespace yoso::nn
