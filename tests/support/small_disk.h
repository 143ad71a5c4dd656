#pragma once

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>

namespace yoso::testing {

/// Leaves the mounts of other processes behind; with the rights to mount, as a user's own root.
inline bool enter_own_mounts() {
  if (::unshare(CLONE_NEWNS) != 0) {
    const std::string uid = std::to_string(::getuid()), gid = std::to_string(::getgid());
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
    std::ofstream("/proc/self/setgroups") << "deny";
    std::ofstream("/proc/self/uid_map") << "0 " + uid + " 1";
    std::ofstream("/proc/self/gid_map") << "0 " + gid + " 1";
  }
  return ::mount("", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

inline std::string disk_size(int kib) { return "size=" + std::to_string(kib) + "k"; }

/// Makes the disk of the `body` below larger, from within.
inline void resize_disk(const std::string& folder, int kib) {
  ASSERT_EQ(::mount("tmpfs", folder.c_str(), "tmpfs", MS_REMOUNT, disk_size(kib).c_str()), 0);
}

/// Runs `body(folder)` in a child process in which `folder` (an existing one) is a file system of
/// `kib` KiB. False when this machine does not let us mount one. A failed expectation of the body
/// fails the test.
template <class Body>
bool on_small_disk(const std::string& folder, int kib, Body body) {
  constexpr int kNoMount = 77;
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    // A mount namespace of our own: the disk goes with the process, however it ends.
    if (!enter_own_mounts() ||
        ::mount("tmpfs", folder.c_str(), "tmpfs", 0, disk_size(kib).c_str()) != 0) {
      ::_exit(kNoMount);
    }
    body(folder);
    std::fflush(nullptr);
    ::_exit(::testing::Test::HasFailure() ? 1 : 0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == kNoMount) return false;
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0)
      << "failed on the small disk, see above";
  return true;
}

}  // namespace yoso::testing
