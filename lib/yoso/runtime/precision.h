#pragma once

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include "yoso/config/experiment.h"

namespace yoso::runtime {

/// Whether a device has instructions for bfloat16: AVX512_BF16 (x86), BF16 (Arm), or a CUDA compute
/// capability of 8.0 and more.
bool has_bfloat16(c10::Device device);

/// What `auto` means on a device: bfloat16 where it has instructions for it, else float32. Others
/// stay as they are.
config::Precision settled(config::Precision precision, c10::Device device);

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
