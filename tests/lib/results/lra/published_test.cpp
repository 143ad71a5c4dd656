#include "yoso/results/lra/published.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace yoso::results::lra {
namespace {

/// NaN unless all cells are there.
double mean_of(const PublishedRow& row, size_t tasks) {
  return std::accumulate(row.accuracy.begin(), row.accuracy.begin() + tasks, 0.0) /
         static_cast<double>(tasks);
}

// The cells are copied right if their mean is what was printed beside them.
TEST(LraPublished, CellsHaveThePrintedAverages) {
  size_t checked = 0;
  for (const PublishedRow& row : published_rows("all")) {
    for (const size_t tasks : {kPathX, kTasks}) {
      const double printed = tasks == kTasks ? row.average_of_6 : row.average_of_5;
      if (std::isnan(printed) || std::isnan(mean_of(row, tasks))) continue;
      // The average printed for Sinkhorn, 51.29, is not that of its cells.
      const double tolerance = row.model == "Sinkhorn" ? 0.2 : 0.0151;
      EXPECT_NEAR(mean_of(row, tasks), printed, tolerance) << row.model;
      ++checked;
    }
  }
  EXPECT_EQ(checked, 30U);
}

TEST(LraPublished, ShowsPrintedAveragesAndComputesMissingOnes) {
  const PublishedRow sinkhorn = published_rows("official").at(4);
  EXPECT_EQ(sinkhorn.average(kPathX), 51.29);
  EXPECT_TRUE(std::isnan(sinkhorn.average(kTasks)));
  const PublishedRow megalodon = published_rows("best").at(0);
  EXPECT_EQ(megalodon.average(kTasks), 88.63);
  EXPECT_NEAR(megalodon.average(kPathX), mean_of(megalodon, kPathX), 1e-9);
}

}  // namespace
}  // namespace yoso::results::lra
