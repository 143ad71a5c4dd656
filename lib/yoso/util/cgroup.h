#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace yoso {

/// What the control groups of this process (of Linux, version 1 or 2) leave to it: containers,
/// batch systems and `systemd-run` set them. Unset: no limit.
struct CgroupLimits {
  std::optional<double> cores;         // cpu.max, or cpu.cfs_quota_us / cpu.cfs_period_us
  std::optional<int64_t> memory;       // bytes: memory.max, or memory.limit_in_bytes
  std::optional<int64_t> memory_left;  // bytes below the nearest limit, cached files not counted
};

/// The tightest limits of the group and all groups above it. `root` is where /proc and /sys are
/// found, for tests.
CgroupLimits cgroup_limits(const std::string& root = "");

}  // namespace yoso
