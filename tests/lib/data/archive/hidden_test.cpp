// Files that nobody means as data: left out of folders and of archives alike.
#include "yoso/data/archive/hidden.h"

#include <gtest/gtest.h>

#include "support/archive.h"
#include "yoso/data/archive/content_stamp.h"
#include "yoso/data/archive/locate.h"

namespace yoso::data {
namespace {

using yoso::testing::TempFolder;
using Names = std::vector<std::string>;

TEST(Hidden, ByAnyPartOfTheName) {
  for (const char* name :
       {".DS_Store", "a/._1.txt", ".ipynb_checkpoints/a", "__MACOSX/a", "a/.b/c"})
    EXPECT_TRUE(is_hidden(name)) << name;
  for (const char* name : {"a.txt", "./a", "../a", "a.b/c", "", "a..", "MACOSX"})
    EXPECT_FALSE(is_hidden(name)) << name;
}

TEST(Hidden, InFoldersAndArchives) {
  const TempFolder folder;
  for (const char* name :
       {"in/1.txt", "in/._1.txt", "in/.gitkeep", "in/__MACOSX/1.txt", "in/2.txt"})
    folder.write(name, "x");
  EXPECT_EQ(sorted_entries(folder.path("in"), [](const auto&) { return true; }),
            (Names{"1.txt", "2.txt"}));
  Names found;
  read_archive(
      yoso::testing::pack(folder, "in.tgz", {"in"}), [](const std::string&) { return true; },
      [&](const std::string& name, const std::string&) { found.push_back(name); });
  std::sort(found.begin(), found.end());
  EXPECT_EQ(found, (Names{"in/1.txt", "in/2.txt"}));
  int64_t hidden = 0;
  EXPECT_EQ(find_files(folder.path("in"), &hidden).size(), 2U);
  EXPECT_EQ(hidden, 3);
}

TEST(ContentStamp, TellsTouchedFromEdited) {
  const TempFolder folder;
  folder.write("a", "one");
  folder.write("b", std::string(3 << 20, 'x'));
  const auto files = find_files(folder.root());
  const auto times = times_checksum(files), contents = *content_checksum(files, 2);
  EXPECT_EQ(times_checksum(files), times);
  namespace fs = std::filesystem;
  fs::last_write_time(folder.path("a"),
                      fs::last_write_time(folder.path("a")) - std::chrono::hours(1));
  EXPECT_NE(times_checksum(files), times);
  EXPECT_EQ(*content_checksum(files, 1), contents);
  folder.write("a", "two");
  EXPECT_NE(*content_checksum(files, 1), contents);
}

}  // namespace
}  // namespace yoso::data
