#pragma once

#include <c10/core/Device.h>

#include <string>

namespace yoso::runtime {

/// The device that `auto`, `cpu`, `cuda` or `cuda:n` means on this machine. `auto` takes a GPU only
/// when this build has GPU kernels for YOSO. UsageError when the GPU asked for is not there.
c10::Device choose_device(const std::string& word);

/// Threads for tensor operations; 0: all usable cores. Returns the number set. Results are the same
/// bit for bit only for the same number.
int set_threads(int64_t threads);

}  // namespace yoso::runtime
