#include "yoso/train/schedule.h"

#include <gtest/gtest.h>

#include <cmath>

namespace yoso::train {
namespace {

config::TrainConfig config_for(const std::string& schedule, int64_t warmup) {
  config::TrainConfig config;
  config.lr = 2;
  config.min_lr = 0.5;
  config.schedule = schedule;
  config.warmup = {static_cast<double>(warmup), config::Duration::Unit::steps};
  return config;
}

TEST(Schedule, WarmUpRisesFromTheFirstUpdateToTheFullRate) {
  for (const char* shape : {"linear", "cosine", "constant", "inverse_sqrt"}) {
    const Schedule schedule(config_for(shape, 4), 20, 10);
    EXPECT_DOUBLE_EQ(schedule.rate(1), 0.5) << shape;
    EXPECT_DOUBLE_EQ(schedule.rate(3), 1.5) << shape;
    EXPECT_DOUBLE_EQ(schedule.rate(4), 2) << shape;
  }
}

TEST(Schedule, ConstantStays) {
  EXPECT_DOUBLE_EQ(Schedule(config_for("constant", 0), 20, 10).rate(20), 2);
}

TEST(Schedule, LinearFallsEvenlyAndNeverPastTheMinimum) {
  const Schedule schedule(config_for("linear", 4), 20, 10);
  EXPECT_DOUBLE_EQ(schedule.rate(5), 2);
  EXPECT_DOUBLE_EQ(schedule.rate(13), 0.5 + 1.5 * 0.5);
  EXPECT_DOUBLE_EQ(schedule.rate(20), 0.5 + 1.5 / 16);
  EXPECT_DOUBLE_EQ(schedule.rate(21), 0.5);
  EXPECT_DOUBLE_EQ(schedule.rate(99), 0.5);
}

TEST(Schedule, CosineIsHalfWayInTheMiddle) {
  const Schedule schedule(config_for("cosine", 4), 20, 10);
  EXPECT_DOUBLE_EQ(schedule.rate(5), 2);
  EXPECT_NEAR(schedule.rate(13), 1.25, 1e-12);
  EXPECT_GT(schedule.rate(8), 0.5 + 1.5 * 13.0 / 16);  // above the straight line first
  EXPECT_DOUBLE_EQ(schedule.rate(21), 0.5);
}

TEST(Schedule, InverseSquareRootContinuesTheWarmUp) {
  const Schedule schedule(config_for("inverse_sqrt", 4), 1000, 10);
  EXPECT_NEAR(schedule.rate(16), 1, 1e-12);
  EXPECT_DOUBLE_EQ(schedule.rate(900), 0.5);  // min_lr holds
}

TEST(Schedule, WarmUpInEpochs) {
  config::TrainConfig config = config_for("constant", 0);
  config.warmup = {0.5, config::Duration::Unit::epochs};
  EXPECT_DOUBLE_EQ(Schedule(config, 100, 10).rate(1), 2.0 / 5);
}

}  // namespace
}  // namespace yoso::train
