#include "yoso/train/training_duration.h"

#include <gtest/gtest.h>

namespace yoso::train {
namespace {

using Unit = config::Duration::Unit;

TEST(TrainingDuration, CountsInItsUnit) {
  const TrainingPosition position{.step = 12, .tokens = 3400, .seconds = 1800};
  EXPECT_EQ(TrainingDuration({20, Unit::steps}, 5).at(position), 12);
  EXPECT_EQ(TrainingDuration({2, Unit::epochs}, 5).length(), 10);
  EXPECT_TRUE(TrainingDuration({2, Unit::epochs}, 5).reached(position));
  EXPECT_FALSE(TrainingDuration({5000, Unit::tokens}, 5).reached(position));
  EXPECT_EQ(TrainingDuration({5000, Unit::tokens}, 5).at(position), 3400);
  EXPECT_TRUE(TrainingDuration({0.5, Unit::hours}, 5).reached(position));
  EXPECT_FALSE(TrainingDuration({0.51, Unit::hours}, 5).reached(position));
}

TEST(TrainingDuration, PassesOnceAMultiple) {
  const TrainingDuration steps({4, Unit::steps}, 5);
  for (int64_t step = 1; step <= 12; ++step) {
    EXPECT_EQ(steps.passed({.step = step - 1}, {.step = step}), step % 4 == 0) << step;
  }
  const TrainingDuration tokens({1000, Unit::tokens}, 5);
  EXPECT_FALSE(tokens.passed({.tokens = 1001}, {.tokens = 1999}));
  EXPECT_TRUE(tokens.passed({.tokens = 1999}, {.tokens = 2000}));
  EXPECT_FALSE(tokens.passed({.tokens = 2000}, {.tokens = 2100}));
  EXPECT_TRUE(tokens.passed({.tokens = 2100}, {.tokens = 9000}));
}

}  // namespace
}  // namespace yoso::train
