#pragma once

#include <cstdint>
#include <string>

namespace yoso {

/// The most memory this process ever had resident, in bytes.
int64_t peak_resident_bytes();

/// Cores this process may use, at least 1: its CPU affinity, and the quota of its control groups
/// (util/cgroup.h), rounded up. `root` is where these are found, for tests.
int usable_cores(const std::string& root = "");

/// Memory of the machine that a program can still get, in bytes, and not more than its control
/// groups leave; 0: unknown.
int64_t available_memory(const std::string& root = "");

}  // namespace yoso
