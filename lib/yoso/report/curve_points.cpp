#include "yoso/report/curve_points.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace yoso::report {

bool drawable(double value) { return std::abs(value) < 1e100; }

std::vector<Point> drawable_points(const Series& series) {
  if (series.x.size() != series.y.size())
    throw std::invalid_argument(series.name + ": x and y differ in length");
  std::vector<Point> points;
  for (size_t i = 0; i < series.x.size(); ++i) {
    if (drawable(series.x[i]) && drawable(series.y[i]))
      points.push_back({series.x[i], series.y[i]});
  }
  return points;
}

std::vector<Point> running_mean(const std::vector<Point>& points, size_t half) {
  std::vector<double> sums = {0};  // sums[i]: of the first i points
  for (const Point& point : points) sums.push_back(sums.back() + point.y);
  std::vector<Point> smooth = points;
  for (size_t i = 0; i < points.size(); ++i) {
    const size_t first = i - std::min(i, half);
    const size_t end = std::min(points.size(), i + half + 1);
    smooth[i].y = (sums[end] - sums[first]) / static_cast<double>(end - first);
  }
  return smooth;
}

std::vector<Point> thin_out(const std::vector<Point>& points, size_t columns) {
  const auto by_x = [](const Point& a, const Point& b) { return a.x < b.x; };
  const auto by_y = [](const Point& a, const Point& b) { return a.y < b.y; };
  if (points.size() <= 4 * columns || !std::is_sorted(points.begin(), points.end(), by_x))
    return points;

  const double begin = points.front().x;
  const double width = (points.back().x - begin) / static_cast<double>(columns);
  if (width == 0) return points;
  std::vector<Point> kept;
  for (auto first = points.begin(); first != points.end();) {
    const double column = std::floor((first->x - begin) / width);
    const auto end = std::find_if(first, points.end(), [&](const Point& point) {
      return std::floor((point.x - begin) / width) != column;
    });
    auto [low, high] = std::minmax_element(first, end, by_y);
    if (high < low) std::swap(low, high);
    auto last = first;
    kept.push_back(*first);
    for (auto next : {low, high, end - 1}) {
      if (next > last) kept.push_back(*next);
      last = std::max(last, next);
    }
    first = end;
  }
  return kept;
}

}  // namespace yoso::report
