#pragma once

#include <ATen/autocast_mode.h>
#include <ATen/core/Tensor.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

namespace yoso::ops {

/// Under autocast what decides codes and collision probabilities is float32; value keeps its dtype.
inline at::Tensor to_float32(const at::Tensor& tensor) {
  return at::autocast::cached_cast(at::kFloat, tensor, tensor.device().type());
}

/// Lets an Autocast kernel call its operator again without meeting itself.
struct AutocastOff {
  c10::impl::ExcludeDispatchKeyGuard guard{
      c10::DispatchKeySet({c10::DispatchKey::AutocastCPU, c10::DispatchKey::AutocastCUDA})};
};

}  // namespace yoso::ops
