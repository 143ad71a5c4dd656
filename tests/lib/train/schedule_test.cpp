#include "yoso/train/schedule.h"

#include <gtest/gtest.h>

#include <cmath>

namespace yoso::train {
namespace {

using config::LrSchedule;

config::TrainConfig config_for(LrSchedule schedule, int64_t warmup, int64_t steps) {
  config::TrainConfig config;
  config.duration = {static_cast<double>(steps)};
  config.lr = 2;
  config.min_lr = 0.5;
  config.schedule = schedule;
  config.warmup = {static_cast<double>(warmup), config::Duration::Unit::steps};
  return config;
}

TEST(Schedule, WarmUpRisesFromTheFirstUpdateToTheFullRate) {
  for (const auto shape :
       {LrSchedule::linear, LrSchedule::cosine, LrSchedule::constant, LrSchedule::inverse_sqrt}) {
    const Schedule schedule(config_for(shape, 4, 20), 10);
    EXPECT_DOUBLE_EQ(schedule.rate(1), 0.5) << to_text(shape);
    EXPECT_DOUBLE_EQ(schedule.rate(3), 1.5) << to_text(shape);
    EXPECT_DOUBLE_EQ(schedule.rate(4), 2) << to_text(shape);
  }
}

TEST(Schedule, ConstantStays) {
  EXPECT_DOUBLE_EQ(Schedule(config_for(LrSchedule::constant, 0, 20), 10).rate(20), 2);
}

TEST(Schedule, LinearFallsEvenlyAndNeverPastTheMinimum) {
  const Schedule schedule(config_for(LrSchedule::linear, 4, 20), 10);
  EXPECT_DOUBLE_EQ(schedule.rate(5), 2);
  EXPECT_DOUBLE_EQ(schedule.rate(13), 0.5 + 1.5 * 0.5);
  EXPECT_DOUBLE_EQ(schedule.rate(20), 0.5 + 1.5 / 16);
  EXPECT_DOUBLE_EQ(schedule.rate(21), 0.5);
  EXPECT_DOUBLE_EQ(schedule.rate(99), 0.5);
}

TEST(Schedule, CosineIsHalfWayInTheMiddle) {
  const Schedule schedule(config_for(LrSchedule::cosine, 4, 20), 10);
  EXPECT_DOUBLE_EQ(schedule.rate(5), 2);
  EXPECT_NEAR(schedule.rate(13), 1.25, 1e-12);
  EXPECT_GT(schedule.rate(8), 0.5 + 1.5 * 13.0 / 16);  // above the straight line first
  EXPECT_DOUBLE_EQ(schedule.rate(21), 0.5);
}

TEST(Schedule, InverseSquareRootContinuesTheWarmUp) {
  const Schedule schedule(config_for(LrSchedule::inverse_sqrt, 4, 1000), 10);
  EXPECT_NEAR(schedule.rate(16), 1, 1e-12);
  EXPECT_DOUBLE_EQ(schedule.rate(900), 0.5);  // min_lr holds
}

TEST(Schedule, WarmUpInEpochs) {
  config::TrainConfig config = config_for(LrSchedule::constant, 0, 100);
  config.warmup = {0.5, config::Duration::Unit::epochs};
  EXPECT_DOUBLE_EQ(Schedule(config, 10).rate(1), 2.0 / 5);
}

// torch.optim.lr_scheduler.OneCycleLR(max_lr=2, total_steps=100, pct_start=0.1,
// anneal_strategy="linear") at steps 0, 9 (the peak) and 99.
TEST(Schedule, OneCycleIsPyTorchs) {
  const Schedule schedule(config_for(LrSchedule::one_cycle, 10, 100), 10);
  EXPECT_DOUBLE_EQ(schedule.rate(1), 2.0 / 25);
  EXPECT_DOUBLE_EQ(schedule.rate(10), 2);
  EXPECT_NEAR(schedule.rate(100), 2.0 / 250'000, 1e-14);
  EXPECT_NEAR(schedule.rate(55), 1.0 + 1.0 / 250'000, 1e-12);
  EXPECT_DOUBLE_EQ(*schedule.beta1(1), 0.95);
  EXPECT_DOUBLE_EQ(*schedule.beta1(10), 0.85);
  EXPECT_DOUBLE_EQ(*schedule.beta1(100), 0.95);
  EXPECT_FALSE(Schedule(config_for(LrSchedule::linear, 10, 100), 10).beta1(5));
}

TEST(Schedule, RunsOnTokensAsOnSteps) {
  config::TrainConfig config = config_for(LrSchedule::linear, 4, 20);
  const Schedule steps(config, 10);
  config.duration = {2000, config::Duration::Unit::tokens};
  config.warmup = {400, config::Duration::Unit::tokens};
  const Schedule tokens(config, 10);
  config.duration = {2.0 / 3600, config::Duration::Unit::hours};
  config.warmup = {0.4 / 3600, config::Duration::Unit::hours};
  const Schedule hours(config, 10);
  for (int64_t step = 1; step <= 20; ++step) {
    const double second = 0.1 * static_cast<double>(step);
    EXPECT_NEAR(tokens.rate({.tokens = 100 * step - 100}, {.tokens = 100 * step}), steps.rate(step),
                1e-12);
    if (step > 4) {
      EXPECT_NEAR(hours.rate({.seconds = second - 0.1}, {.seconds = second}),
                  0.5 + 1.5 * (2.1 - second) / 1.6, 1e-9);
    }
  }
}

}  // namespace
}  // namespace yoso::train
