#include "yoso/util/renamed.h"

#include <gtest/gtest.h>

namespace yoso {
namespace {

std::string warning_of(const std::string& old_name, const std::string& origin) {
  ::testing::internal::CaptureStderr();
  warn_renamed(old_name, "new", origin);
  return ::testing::internal::GetCapturedStderr();
}

TEST(Renamed, WarnsOnceAName) {
  EXPECT_EQ(warning_of("old.one", "exp.yaml:3"),
            "warning: exp.yaml:3: old.one is called new now; the old name still works\n");
  EXPECT_EQ(warning_of("old.one", "exp.yaml:9"), "");
  EXPECT_EQ(warning_of("--old-two", ""),
            "warning: --old-two is called new now; the old name still works\n");
}

}  // namespace
}  // namespace yoso
