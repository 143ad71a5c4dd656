#include "yoso/util/staged_folder.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "support/temp_folder.h"
#include "support/user_error.h"
#include "yoso/util/file.h"

namespace yoso {
namespace {

namespace fs = std::filesystem;

TEST(StagedFolder, AppearsWhole) {
  const testing::TempFolder folder;
  for (const std::string name : {"a/b", "empty/"}) {
    fs::create_directories(folder.path("empty"));
    {
      StagedFolder staged(folder.path(name));
      write_atomically(staged.path() + "/file", "text");
      EXPECT_FALSE(fs::exists(folder.path(name) + "/file"));
      staged.commit();
    }
    EXPECT_EQ(read_file(folder.path(name) + "/file"), "text");
  }
}

TEST(StagedFolder, LeavesNothingWithoutCommit) {
  const testing::TempFolder folder;
  {
    const StagedFolder staged(folder.path("a"));
    write_atomically(staged.path() + "/file", "text");
  }
  EXPECT_TRUE(fs::is_empty(folder.root()));
}

TEST(StagedFolder, ReplacesNothing) {
  const testing::TempFolder folder;
  folder.write("full/file", "old");
  for (const char* name : {"full", "full/file"}) {
    EXPECT_NE(testing::error_text([&] {
                StagedFolder staged(folder.path(name));
              }).find("is there already, expected a new or an empty folder"),
              std::string::npos);
  }
  EXPECT_EQ(read_file(folder.path("full/file")), "old");
}

}  // namespace
}  // namespace yoso
