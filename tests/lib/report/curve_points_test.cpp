#include "yoso/report/curve_points.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "yoso/util/random.h"

namespace yoso::report {
namespace {

std::vector<double> heights(const std::vector<Point>& points) {
  std::vector<double> y;
  for (const Point& point : points) y.push_back(point.y);
  return y;
}

TEST(CurvePoints, LeavesOutWhatCannotBeDrawn) {
  const Series series{"a", {1, 2, 3, NAN, 5, 6}, {1, NAN, INFINITY, 4, 1e300, 6}, false};
  EXPECT_EQ(heights(drawable_points(series)), std::vector<double>({1, 6}));
  EXPECT_THROW(drawable_points({"a", {1, 2}, {1}, false}), std::invalid_argument);
}

TEST(CurvePoints, RunningMean) {
  const std::vector<Point> points = {{0, 0}, {1, 3}, {2, 6}, {3, 0}, {4, 9}};
  EXPECT_EQ(heights(running_mean(points, 1)), std::vector<double>({1.5, 3, 3, 5, 4.5}));
  EXPECT_EQ(heights(running_mean(points, 0)), heights(points));
  EXPECT_EQ(heights(running_mean(points, 100)), std::vector<double>(5, 3.6));
  EXPECT_TRUE(running_mean({}, 2).empty());
}

TEST(CurvePoints, ThinningKeepsPeaksAndEnds) {
  constexpr uint64_t kSeed = 5;
  RandomStream random(kSeed, "thinning test");
  std::vector<Point> points;
  for (int i = 0; i < 100'000; ++i) points.push_back({static_cast<double>(i), random.uniform()});
  points[12'345].y = 7;
  points[12'399].y = -7;
  const std::vector<Point> thin = thin_out(points, 400);
  EXPECT_LE(thin.size(), 4u * 401);
  EXPECT_GE(thin.size(), 3u * 400);
  EXPECT_TRUE(std::ranges::is_sorted(thin, std::less_equal<>(), &Point::x));
  EXPECT_EQ(thin.front().x, 0);
  EXPECT_EQ(thin.back().x, 99'999);
  for (int peak : {12'345, 12'399}) {
    EXPECT_EQ(std::ranges::count(thin, static_cast<double>(peak), &Point::x), 1)
        << "seed " << kSeed;
  }
}

TEST(CurvePoints, ThinningLeavesShortAndOddCurvesAlone) {
  std::vector<Point> short_curve(40, Point{1, 2});
  EXPECT_EQ(thin_out(short_curve, 10).size(), 40u);
  std::vector<Point> one_x(50, Point{1, 2});
  EXPECT_EQ(thin_out(one_x, 10).size(), 50u);
  std::vector<Point> backwards;
  for (int i = 0; i < 50; ++i) backwards.push_back({-static_cast<double>(i), 0});
  EXPECT_EQ(thin_out(backwards, 10).size(), 50u);
}

}  // namespace
}  // namespace yoso::report
