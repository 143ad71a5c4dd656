#include "yoso/util/folder_lock.h"

#include <gtest/gtest.h>
#include <sys/file.h>

#include <cerrno>

#include "support/temp_folder.h"
#include "support/user_error.h"

namespace yoso {
namespace {

int calls = 0;

/// Replaces flock for the life of the object.
class Flock {
 public:
  explicit Flock(int (*call)(int, int)) {
    calls = 0;
    flock_call = call;
  }
  ~Flock() { flock_call = ::flock; }
};

TEST(FolderLock, OneAtATime) {
  const testing::TempFolder folder;
  {
    const FolderLock lock(folder.root());
    EXPECT_THROW(FolderLock(folder.root()), InUseError);
  }
  EXPECT_NO_THROW(FolderLock(folder.root()));
}

TEST(FolderLock, AFileSystemWithoutLocksIsNoFolderInUse) {
  const testing::TempFolder folder;
  const Flock none([](int, int) {
    errno = ENOSYS;
    return -1;
  });
  ::testing::internal::CaptureStderr();
  EXPECT_NO_THROW(FolderLock(folder.root()));
  EXPECT_NO_THROW(FolderLock(folder.root()));
  const std::string told = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(told.find("this file system has no locks"), std::string::npos) << told;
  EXPECT_EQ(told.find("warning", 10), std::string::npos) << "once: " << told;
}

TEST(FolderLock, AnInterruptedCallIsRepeated) {
  const testing::TempFolder folder;
  const Flock interrupted([](int fd, int operation) {
    if (++calls < 3) {
      errno = EINTR;
      return -1;
    }
    return ::flock(fd, operation);
  });
  EXPECT_NO_THROW(FolderLock(folder.root()));
  EXPECT_EQ(calls, 3);
}

TEST(FolderLock, OtherFailuresAreNamed) {
  const testing::TempFolder folder;
  const Flock broken([](int, int) {
    errno = EIO;
    return -1;
  });
  EXPECT_EQ(testing::error_text([&] { FolderLock lock(folder.root()); }, ExitCode::failure),
            folder.root() + "/lock: cannot be locked: Input/output error");
}

}  // namespace
}  // namespace yoso
