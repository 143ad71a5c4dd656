#pragma once

#include <ATen/autocast_mode.h>
#include <ATen/core/Tensor.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

#include <utility>

namespace yoso::ops {

inline at::Tensor to_float32(const at::Tensor& tensor) {
  return at::autocast::cached_cast(at::kFloat, tensor, tensor.device().type());
}

/// Under autocast codes and sums are float32. The operators see to that for rows of bfloat16 and
/// float16; a copy in float32 would only take time, and memory until the backward.
inline at::Tensor cast_rows(const at::Tensor& rows) {
  return at::isReducedFloatingType(rows.scalar_type()) ? rows : to_float32(rows);
}

/// The operators take queries and keys of one type.
inline std::pair<at::Tensor, at::Tensor> cast_rows(const at::Tensor& query, const at::Tensor& key) {
  if (query.scalar_type() != key.scalar_type()) return {to_float32(query), to_float32(key)};
  return {cast_rows(query), cast_rows(key)};
}

/// Lets an Autocast kernel call its operator again without meeting itself.
struct AutocastOff {
  c10::impl::ExcludeDispatchKeyGuard guard{
      c10::DispatchKeySet({c10::DispatchKey::AutocastCPU, c10::DispatchKey::AutocastCUDA})};
};

}  // namespace yoso::ops
