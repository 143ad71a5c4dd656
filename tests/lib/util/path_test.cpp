#include "yoso/util/path.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "support/home.h"
#include "support/temp_folder.h"
#include "support/user_error.h"
#include "yoso/util/staged_folder.h"

namespace yoso {
namespace {

using testing::error_text;
using testing::HomeIs;
using testing::TempFolder;

TEST(Path, HomeIsReplacedAtTheStartAlone) {
  const HomeIs home("/own/a b");
  EXPECT_EQ(expand_home("~"), "/own/a b");
  EXPECT_EQ(expand_home("~/"), "/own/a b/");
  EXPECT_EQ(expand_home("~/runs/x"), "/own/a b/runs/x");
  for (const char* other : {"", "runs", "/~/runs", "runs/~", "./~", "runs~", "a ~/b"})
    EXPECT_EQ(expand_home(other), other);
}

TEST(Path, AnotherUsersHomeIsRefusedByName) {
  for (const char* path : {"~bob", "~bob/runs", "~+/runs", "~~"}) {
    const std::string error = error_text([&] { expand_home(path); });
    EXPECT_EQ(error.find(std::string(path) + ": `~"), 0) << error;
    EXPECT_NE(error.find("expected the whole path"), std::string::npos) << error;
  }
  EXPECT_NE(error_text([] { absolute_path("~bob/runs"); }).find("./~bob"), std::string::npos);
  EXPECT_EQ(absolute_path("./~bob"), (std::filesystem::current_path() / "~bob").string());
}

TEST(Path, WithoutHomeTheTildeIsRefused) {
  for (const char* value : {static_cast<const char*>(nullptr), "", "not/absolute"}) {
    const HomeIs home(value);
    EXPECT_NE(error_text([] { expand_home("~/runs"); }).find("~/runs: `~` stands for HOME"),
              std::string::npos);
    EXPECT_EQ(expand_home("runs"), "runs");
  }
}

TEST(Path, AbsolutePathsAreNormal) {
  const HomeIs home("/own/me");
  EXPECT_EQ(absolute_path("~/a/../b"), "/own/me/b");
  EXPECT_EQ(absolute_path("~/.."), "/own/");
  EXPECT_EQ(absolute_path("/x//y/./z"), "/x/y/z");
  EXPECT_EQ(absolute_path("a"), (std::filesystem::current_path() / "a").string());
  EXPECT_EQ(absolute_path(""), "");
}

TEST(Path, BehindAKind) {
  const HomeIs home("/own/me");
  EXPECT_EQ(change_path_of_kind("bert:~/vocab.txt", expand_home), "bert:/own/me/vocab.txt");
  EXPECT_EQ(change_path_of_kind("bert:a:b", absolute_path),
            "bert:" + (std::filesystem::current_path() / "a:b").string());
  EXPECT_EQ(change_path_of_kind("bert:", absolute_path), "bert:");
  EXPECT_EQ(change_path_of_kind("~/vocab.txt", expand_home), "~/vocab.txt");
}

TEST(Path, StagedFoldersBeginAtHomeToo) {
  const TempFolder folder;
  const HomeIs home(folder.root().c_str());
  StagedFolder("~/model").commit();
  EXPECT_TRUE(std::filesystem::is_directory(folder.path("model")));
}

}  // namespace
}  // namespace yoso
