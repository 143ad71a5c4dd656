#include "yoso/util/resources.h"

#include <sched.h>
#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <thread>

#include "yoso/util/cgroup.h"

namespace yoso {

int64_t peak_resident_bytes() {
  // VmHWM is this program's own peak; ru_maxrss also covers the process image from before exec (the
  // caller's).
  std::ifstream status("/proc/self/status");
  for (std::string key; status >> key; status.ignore(4096, '\n')) {
    int64_t kib = 0;
    if (key == "VmHWM:" && status >> kib) return kib * 1024;
  }
  struct rusage usage {};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<int64_t>(usage.ru_maxrss) * 1024;
}

int usable_cores(const std::string& root) {
  cpu_set_t set;
  // More cores than cpu_set_t has room for: hardware_concurrency knows them.
  int cores = ::sched_getaffinity(0, sizeof set, &set) == 0
                  ? CPU_COUNT(&set)
                  : static_cast<int>(std::thread::hardware_concurrency());
  if (const auto quota = cgroup_limits(root).cores)
    cores = std::min(cores, static_cast<int>(std::ceil(*quota)));
  return std::max(1, cores);
}

int64_t available_memory(const std::string& root) {
  int64_t bytes = 0;
  std::ifstream memory(root + "/proc/meminfo");
  for (std::string key; memory >> key; memory.ignore(4096, '\n')) {
    if (key == "MemAvailable:" && memory >> bytes) bytes *= 1024;
  }
  const auto left = cgroup_limits(root).memory_left;
  return left && (bytes == 0 || *left < bytes) ? *left : bytes;
}

}  // namespace yoso
