#include "yoso/data/listops/files.h"

#include <gtest/gtest.h>

#include "support/temp_folder.h"
#include "support/user_error.h"

namespace yoso::data::listops {
namespace {

using yoso::testing::error_text;
using yoso::testing::TempFolder;

void write_set(const TempFolder& root, const std::string& folder) {
  for (Split split : kSplits)
    root.write(folder + "/" + file_name(split), "Source\tTarget\r\n1\t1\r\n");
}

TEST(ListOpsFiles, FindsTheTaskFolder) {
  const TempFolder root;
  write_set(root, "set");
  EXPECT_EQ(find_folder(root.path("set")), root.path("set"));
}

TEST(ListOpsFiles, PrefersTheInnerFolderOfTheArchive) {
  const TempFolder root;
  const std::string outer = "lra_release/listops-1000";
  const std::string inner = "lra_release/lra_release/listops-1000";
  write_set(root, outer);
  EXPECT_EQ(find_folder(root.path("lra_release")), root.path(outer));
  EXPECT_EQ(find_folder(root.path("")), root.path(outer));
  write_set(root, inner);
  EXPECT_EQ(find_folder(root.path("lra_release")), root.path(inner));
  EXPECT_EQ(find_folder(root.path("lra_release/lra_release")), root.path(inner));
  EXPECT_EQ(find_folder(root.path("")), root.path(inner));
  EXPECT_EQ(find_folder(root.path(outer)), root.path(outer));
}

TEST(ListOpsFiles, ReportsWhatIsMissing) {
  const TempFolder root;
  const auto error = [&](const std::string& folder) {
    return error_text([&] { find_folder(root.path(folder)); }, ExitCode::data);
  };
  EXPECT_EQ(error("nowhere"), root.path("nowhere") + ": no such folder");
  root.write("part/listops-1000/basic_train.tsv", "");
  root.write("part/listops-1000/basic_test.tsv", "");
  EXPECT_EQ(error("part"), root.path("part/listops-1000/basic_val.tsv") + ": no such file");
  root.write("other/readme.txt", "");
  EXPECT_EQ(error("other"),
            root.path("other") +
                ": no ListOps set here (basic_train.tsv, basic_val.tsv, basic_test.tsv), "
                "nor in listops-1000 or lra_release below; `lra generate listops` makes one");
}

}  // namespace
}  // namespace yoso::data::listops
