#include "yoso/runtime/precision.h"

#include <ATen/autocast_mode.h>

namespace yoso::runtime {

AutocastGuard::AutocastGuard(config::Precision precision, c10::DeviceType device)
    : active_(precision == config::Precision::bfloat16), device_(device) {
  if (!active_) return;
  was_enabled_ = at::autocast::is_autocast_enabled(device_);
  was_type_ = at::autocast::get_autocast_dtype(device_);
  at::autocast::set_autocast_enabled(device_, true);
  at::autocast::set_autocast_dtype(device_, c10::kBFloat16);
  at::autocast::increment_nesting();
}

AutocastGuard::~AutocastGuard() {
  if (!active_) return;
  // Cached casts of weights must not outlive the weights' next update.
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  at::autocast::set_autocast_enabled(device_, was_enabled_);
  at::autocast::set_autocast_dtype(device_, was_type_);
}

KeptCasts::KeptCasts() { at::autocast::increment_nesting(); }

KeptCasts::~KeptCasts() {
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
}

}  // namespace yoso::runtime
