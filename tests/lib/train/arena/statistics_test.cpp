#include "yoso/train/arena/statistics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "yoso/train/arena/published.h"

namespace yoso::train::arena {
namespace {

TEST(ArenaStatistics, SummarisesSeeds) {
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

TEST(ArenaStatistics, QuantilesOfStudentsT) {
  EXPECT_NEAR(t_quantile(1), 12.706, 1e-9);
  EXPECT_NEAR(t_quantile(30), 2.042, 1e-9);
  EXPECT_NEAR(t_quantile(40), 2.021, 1e-3);
  EXPECT_NEAR(t_quantile(120), 1.980, 1e-3);
  for (int freedom = 1; freedom < 200; ++freedom)
    EXPECT_GT(t_quantile(freedom), t_quantile(freedom + 1));
}

TEST(ArenaPublished, AveragesAreThePublishedOnes) {
  const auto average = [](const PublishedRow& row) {
    double sum = 0;
    for (size_t i = 0; i < kPathX; ++i) sum += row.accuracy[i];
    return sum / kPathX;
  };
  const std::array<double, 5> harness = {58.77, 55.04, 55.59, 53.63, 58.95};
  const auto rows = published_rows("harness");
  ASSERT_EQ(rows.size(), harness.size());
  for (size_t i = 0; i < rows.size(); ++i)
    EXPECT_NEAR(average(rows[i]), harness[i], 0.011) << rows[i].model;
  const std::array<double, 11> official = {46.06, 50.55, 50.67, 51.24, 51.29, 51.36,
                                           51.41, 52.88, 53.46, 54.39, 55.01};
  const auto leaderboard = published_rows("official");
  ASSERT_EQ(leaderboard.size(), official.size());
  for (size_t i = 0; i < leaderboard.size(); ++i) {
    // The average published for Sinkhorn, 51.29, is not that of its cells.
    const double tolerance = leaderboard[i].model == "Sinkhorn" ? 0.19 : 0.011;
    EXPECT_NEAR(average(leaderboard[i]), official[i], tolerance) << leaderboard[i].model;
  }
  EXPECT_EQ(published_rows("all").size(),
            rows.size() + leaderboard.size() + published_rows("best").size());
}

}  // namespace
}  // namespace yoso::train::arena
