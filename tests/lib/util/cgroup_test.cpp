#include "yoso/util/cgroup.h"

#include <gtest/gtest.h>

#include "support/temp_folder.h"
#include "yoso/util/resources.h"

namespace yoso {
namespace {

TEST(Cgroup, TheTightestLimitOfAllGroupsAboveHolds) {
  const testing::TempFolder root;
  root.write("proc/self/cgroup", "0::/jobs/job-7\n");
  root.write("sys/fs/cgroup/jobs/job-7/cpu.max", "max 100000\n");
  root.write("sys/fs/cgroup/jobs/cpu.max", "250000 100000\n");
  root.write("sys/fs/cgroup/jobs/job-7/memory.max", "4000\n");
  root.write("sys/fs/cgroup/jobs/job-7/memory.current", "1500\n");
  root.write("sys/fs/cgroup/jobs/job-7/memory.stat", "anon 900\ninactive_file 500\n");
  root.write("sys/fs/cgroup/jobs/memory.max", "max\n");
  const CgroupLimits limits = cgroup_limits(root.root());
  EXPECT_EQ(limits.cores, 2.5);
  EXPECT_EQ(limits.memory, 4000);
  EXPECT_EQ(limits.memory_left, 3000);
}

TEST(Cgroup, AContainersOwnRootOfVersion1) {
  const testing::TempFolder root;
  // The path is the host's, which the container does not see.
  root.write("proc/self/cgroup", "5:memory:/docker/x\n3:cpu,cpuacct:/docker/x\n");
  root.write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "50000\n");
  root.write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
  root.write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  const CgroupLimits limits = cgroup_limits(root.root());
  EXPECT_EQ(limits.cores, 0.5);
  EXPECT_FALSE(limits.memory.has_value());
}

TEST(Cgroup, NoGroupsAndNoLimits) {
  const testing::TempFolder root;
  EXPECT_FALSE(cgroup_limits(root.root()).cores.has_value());
  root.write("proc/self/cgroup", "0::/\n");
  root.write("sys/fs/cgroup/cpu.max", "max 100000\n");
  EXPECT_FALSE(cgroup_limits(root.root()).cores.has_value());
}

TEST(Cgroup, AQuotaRoundsUpToWholeThreads) {
  const testing::TempFolder root;
  root.write("proc/self/cgroup", "0::/\n");
  root.write("sys/fs/cgroup/cpu.max", "10000 100000\n");
  EXPECT_EQ(usable_cores(root.root()), 1);
  EXPECT_LE(usable_cores(), usable_cores("/nowhere"));
}

}  // namespace
}  // namespace yoso
