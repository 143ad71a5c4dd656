#pragma once

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include "yoso/config/experiment.h"

namespace yoso::runtime {

/// Autocast for the life of the object: matrix products in bfloat16, sums and losses in float32.
/// Does nothing for `float32`. LibTorch keeps the switch per thread and has no guard of its own.
class AutocastGuard {
 public:
  AutocastGuard(config::Precision precision, c10::DeviceType device);
  ~AutocastGuard();
  AutocastGuard(const AutocastGuard&) = delete;
  AutocastGuard& operator=(const AutocastGuard&) = delete;

 private:
  bool active_;
  bool was_enabled_ = false;
  c10::DeviceType device_;
  c10::ScalarType was_type_ = c10::kBFloat16;
};

/// Keeps autocast's casts of weights from one AutocastGuard within its life to the next. The
/// weights must not change meanwhile.
class KeptCasts {
 public:
  KeptCasts();
  ~KeptCasts();
  KeptCasts(const KeptCasts&) = delete;
  KeptCasts& operator=(const KeptCasts&) = delete;
};

}  // namespace yoso::runtime
