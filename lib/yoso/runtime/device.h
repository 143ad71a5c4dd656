#pragma once

#include <c10/core/Device.h>

#include <string>

namespace yoso::runtime {

/// The device that `auto`, `cpu`, `cuda` or `cuda:N` means on this machine. `auto` takes a GPU only
/// when this build has GPU kernels for YOSO. UsageError for any other word and when the machine
/// does not have that GPU.
c10::Device choose_device(const std::string& word);

/// Sets the number of threads for tensor operations; 0: all usable cores. Returns the number set.
/// Results are the same bit for bit only for the same number.
int set_threads(int64_t threads);

}  // namespace yoso::runtime
