#include "yoso/util/resources.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <thread>
#include <vector>

namespace yoso {
namespace {

TEST(Resources, PeakGrowsAndStays) {
  constexpr int64_t kBytes = 64 << 20;
  const int64_t before = peak_resident_bytes();
  EXPECT_GT(before, 1 << 20);
  // Well above the peak of whatever ran earlier in this process.
  { std::vector<char> touched(static_cast<size_t>(before + kBytes), 1); }
  const int64_t after = peak_resident_bytes();
  EXPECT_GE(after, before + kBytes);
  EXPECT_LT(after, 2 * before + 2 * kBytes);
}

TEST(Resources, CoresFollowTheAffinity) {
  EXPECT_GE(usable_cores(), 1);
  // The affinity is a thread's own, so that a thread can try a smaller one.
  std::thread([] {
    cpu_set_t mask;
    ASSERT_EQ(::sched_getaffinity(0, sizeof mask, &mask), 0);
    int first = 0;
    while (!CPU_ISSET(first, &mask)) ++first;
    CPU_ZERO(&mask);
    CPU_SET(first, &mask);
    ASSERT_EQ(::sched_setaffinity(0, sizeof mask, &mask), 0);
    EXPECT_EQ(usable_cores(), 1);
  }).join();
}

}  // namespace
}  // namespace yoso
