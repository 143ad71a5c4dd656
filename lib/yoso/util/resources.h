#pragma once

#include <cstdint>
#include <string>

namespace yoso {

/// The most memory this process ever had resident, in bytes.
int64_t peak_resident_bytes();

/// Cores this process may run on (its CPU affinity), at least 1.
int usable_cores();

/// The widest vector instructions of this processor that matter here: "AVX-512 BF16", "AVX-512",
/// "AVX2", "NEON", ...
std::string vector_isa();

}  // namespace yoso
