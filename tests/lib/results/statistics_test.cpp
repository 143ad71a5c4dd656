#include "yoso/results/statistics.h"

#include <gtest/gtest.h>

#include <cmath>

namespace yoso::results {
namespace {

TEST(Statistics, SummarisesSeeds) {
  const Summary three = summarise({0.30, 0.32, 0.37});
  EXPECT_EQ(three.runs, 3);
  EXPECT_NEAR(three.mean, 0.33, 1e-12);
  EXPECT_NEAR(*three.deviation, std::sqrt(0.0026 / 2), 1e-12);
  EXPECT_NEAR(*three.half_width, 4.303 * std::sqrt(0.0026 / 2) / std::sqrt(3), 1e-9);
  const Summary one = summarise({0.5});
  EXPECT_EQ(one.mean, 0.5);
  EXPECT_FALSE(one.deviation);
  EXPECT_FALSE(one.half_width);
  EXPECT_EQ(summarise({}).runs, 0);
}

TEST(Statistics, QuantilesOfStudentsT) {
  EXPECT_NEAR(t_quantile(1), 12.706, 1e-9);
  EXPECT_NEAR(t_quantile(30), 2.042, 1e-9);
  EXPECT_NEAR(t_quantile(40), 2.021, 1e-3);
  EXPECT_NEAR(t_quantile(120), 1.980, 1e-3);
  for (int freedom = 1; freedom < 200; ++freedom)
    EXPECT_GT(t_quantile(freedom), t_quantile(freedom + 1));
}

}  // namespace
}  // namespace yoso::results
