#include "yoso/report/run_names.h"

#include <gtest/gtest.h>

namespace yoso::report {
namespace {

using Names = std::vector<std::string>;

TEST(RunNames, AreWhatDistinguishesRuns) {
  EXPECT_EQ(run_names({}), Names());
  EXPECT_EQ(run_names({"runs/a"}), Names({"a"}));
  EXPECT_EQ(run_names({"runs/a/", "./runs/b"}), Names({"a", "b"}));
  EXPECT_EQ(run_names({"runs/a/seed=1", "runs/b/seed=1"}), Names({"a", "b"}));
  EXPECT_EQ(run_names({"x/a/seed=1", "x/a/seed=2", "x/b/seed=1"}),
            Names({"a/seed=1", "a/seed=2", "b/seed=1"}));
  EXPECT_EQ(run_names({"x/a/seed=1", "y/a/seed=1"}), Names({"x", "y"}));
  EXPECT_EQ(run_names({"x/a", "x/b/c/d"}), Names({"a", "b/c/d"}));
}

TEST(RunNames, OfTheSameFolderOrOfOneInsideAnother) {
  EXPECT_EQ(run_names({"runs/a", "runs/a"}), Names({"a", "a"}));
  EXPECT_EQ(run_names({"runs", "runs/a"}), Names({"runs", "runs/a"}));
  EXPECT_EQ(run_names({"/"}), Names({"/"}));
}

}  // namespace
}  // namespace yoso::report
