#pragma once

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <string>

namespace yoso::testing {

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
    const bool apart = ::unshare(CLONE_NEWNS) == 0 || ::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0;
    const std::string size = "size=" + std::to_string(kib) + "k";
    if (!apart || ::mount("", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", folder.c_str(), "tmpfs", 0, size.c_str()) != 0) {
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
