#include "yoso/util/cgroup.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <vector>

namespace yoso {
namespace {

constexpr int64_t kUnlimited = int64_t{1} << 60;  // version 1 writes a huge number for no limit

std::optional<std::string> first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) return {};
  return line;
}

std::optional<int64_t> number_in(const std::string& path) {
  std::ifstream file(path);
  int64_t number = 0;
  if (!(file >> number)) return {};
  return number;
}

/// The value of a key in a file of `key value` lines.
int64_t entry_in(const std::string& path, const std::string& key) {
  std::ifstream file(path);
  std::string word;
  int64_t value = 0;
  while (file >> word >> value) {
    if (word == key) return value;
  }
  return 0;
}

template <class T>
void lower(std::optional<T>& limit, T value) {
  limit = limit ? std::min(*limit, value) : value;
}

/// The names of the files of a version.
struct Files {
  const char* memory_limit;
  const char* memory_used;
  const char* memory_cache;  // key in memory.stat: pages that can be dropped
};
constexpr Files kVersion1 = {"memory.limit_in_bytes", "memory.usage_in_bytes",
                             "total_inactive_file"};
constexpr Files kVersion2 = {"memory.max", "memory.current", "inactive_file"};

void add_memory(const std::string& folder, const Files& files, CgroupLimits& limits) {
  const auto limit = number_in(folder + "/" + files.memory_limit);  // none: "max"
  if (!limit || *limit >= kUnlimited) return;
  lower(limits.memory, *limit);
  const auto used = number_in(folder + "/" + files.memory_used);
  if (!used) return;
  const int64_t cached = entry_in(folder + "/memory.stat", files.memory_cache);
  lower(limits.memory_left, std::max<int64_t>(0, *limit - std::max<int64_t>(0, *used - cached)));
}

void add_cores(double quota, double period, CgroupLimits& limits) {
  if (quota > 0 && period > 0) lower(limits.cores, quota / period);
}

void add_cores_1(const std::string& folder, CgroupLimits& limits) {
  const auto quota = number_in(folder + "/cpu.cfs_quota_us");  // -1: no limit
  const auto period = number_in(folder + "/cpu.cfs_period_us");
  if (quota && period) add_cores(static_cast<double>(*quota), static_cast<double>(*period), limits);
}

void add_cores_2(const std::string& folder, CgroupLimits& limits) {
  std::istringstream words(first_line(folder + "/cpu.max").value_or("max"));
  double quota = 0, period = 0;
  if (words >> quota >> period) add_cores(quota, period, limits);  // "max 100000": no limit
}

/// A group's folder and those above it, up to where the hierarchy is mounted.
std::vector<std::string> upwards(const std::string& mount, std::string group) {
  std::vector<std::string> folders;
  while (group.size() > 1) {
    folders.push_back(mount + group);
    group.erase(group.rfind('/'));
  }
  folders.push_back(mount);
  return folders;
}

bool contains(const std::string& controllers, const std::string& name) {
  std::istringstream words(controllers);
  for (std::string word; std::getline(words, word, ',');) {
    if (word == name) return true;
  }
  return false;
}

}  // namespace

CgroupLimits cgroup_limits(const std::string& root) {
  CgroupLimits limits;
  const std::string mount = root + "/sys/fs/cgroup";
  std::ifstream groups(root + "/proc/self/cgroup");
  // Lines are `number:controllers:/group`; version 2 has number 0 and no controllers.
  for (std::string line; std::getline(groups, line);) {
    const size_t first = line.find(':');
    const size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const std::string group = line.substr(second + 1);
    if (controllers.empty()) {
      for (const char* where : {"", "/unified"}) {
        for (const std::string& folder : upwards(mount + where, group)) {
          add_cores_2(folder, limits);
          add_memory(folder, kVersion2, limits);
        }
      }
    }
    if (contains(controllers, "cpu")) {
      for (const char* where : {"/cpu", "/cpu,cpuacct"}) {
        for (const std::string& folder : upwards(mount + where, group)) add_cores_1(folder, limits);
      }
    }
    if (contains(controllers, "memory")) {
      for (const std::string& folder : upwards(mount + "/memory", group))
        add_memory(folder, kVersion1, limits);
    }
  }
  return limits;
}

}  // namespace yoso
