#pragma once

#include <cstdint>
#include <string>

namespace yoso {

/// The most memory this process ever had resident, in bytes.
int64_t peak_resident_bytes();

/// Cores this process may run on (its CPU affinity), at least 1.
int usable_cores();

/// Has the C library keep freed memory of any size for later allocations, for the life of the
/// process. glibc maps every block above 32 MiB anew and clears it page by page, which takes 40 %
/// of a training step that is not attention.
void keep_freed_memory();

/// The widest vector instructions of this processor that matter here: "AVX-512 BF16", "AVX-512",
/// "AVX2", "NEON", ...
std::string vector_isa();

}  // namespace yoso
