#pragma once

#include <cstdint>

namespace yoso {

/// The most memory this process ever had resident, in bytes.
int64_t peak_resident_bytes();

/// Cores this process may run on (its CPU affinity), at least 1.
int usable_cores();

}  // namespace yoso
