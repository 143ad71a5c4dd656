#include "yoso/train/result.h"

#include <gtest/gtest.h>

#include "support/temp_folder.h"

namespace yoso::train {
namespace {

TEST(RunResult, ComesBackAsItWasWritten) {
  const testing::TempFolder folder;
  RunResult result;
  result.status = "complete";
  result.attention = "yoso hashes=16";
  result.best_step = 7;
  result.dev = Evaluation{.loss = 0.5, .scores = {{"accuracy", 0.75}}, .examples = 40};
  write_result(result, folder.path("result.json"));
  const RunResult read = read_result(folder.path("result.json"));
  EXPECT_EQ(read.status, "complete");
  EXPECT_EQ(read.attention, "yoso hashes=16");
  EXPECT_EQ(read.best_step, 7);
  ASSERT_TRUE(read.dev);
  EXPECT_EQ(read.dev->examples, 40);
  EXPECT_EQ(read.dev->score("accuracy"), 0.75);
  EXPECT_FALSE(read.test);
}

TEST(RunResult, LabelsOfVersion01HavePresentNames) {
  const testing::TempFolder folder;
  RunResult result;
  result.attention = "performer features=8 redraw_every=3 + performer redraw_every=5";
  write_result(result, folder.path("result.json"));
  EXPECT_EQ(read_result(folder.path("result.json")).attention,
            "performer features=8 resample_every=3 + performer resample_every=5");
}

}  // namespace
}  // namespace yoso::train
