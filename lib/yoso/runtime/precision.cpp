#include "yoso/runtime/precision.h"

#include <ATen/Context.h>
#include <ATen/autocast_mode.h>
#include <ATen/detail/CUDAHooksInterface.h>

#ifdef __aarch64__
#include <sys/auxv.h>
#endif

namespace yoso::runtime {
namespace {

bool cpu_has_bfloat16() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512bf16") != 0;
#elif defined(__aarch64__)
  constexpr unsigned long kBfloat16 = 1UL << 14;  // HWCAP2_BF16
  return (::getauxval(AT_HWCAP2) & kBfloat16) != 0;
#else
  return false;
#endif
}

}  // namespace

bool has_bfloat16(c10::Device device) {
  if (device.is_cpu()) return cpu_has_bfloat16();
  // The hooks name it after convolutions; what it asks for is the compute capability.
  return at::detail::getCUDAHooks().supportsBFloat16ConvolutionWithCuDNNv8();
}

config::Precision settled(config::Precision precision, c10::Device device) {
  if (precision != config::Precision::automatic) return precision;
  return has_bfloat16(device) ? config::Precision::bfloat16 : config::Precision::float32;
}

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
