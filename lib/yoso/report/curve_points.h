#pragma once

#include <vector>

#include "yoso/report/chart.h"
#include "yoso/report/svg.h"

namespace yoso::report {

/// The points of a series with finite coordinates, in order.
std::vector<Point> finite_points(const Series& series);

/// Each y replaced by the mean over the `half` neighbours on either side, fewer (but as many on
/// both sides) near the ends, so that the curve lags nowhere.
std::vector<Point> running_mean(const std::vector<Point>& points, size_t half);

/// At most about 4 · `columns` of the points: cut into columns of equal width in x, each keeps its
/// first, lowest, highest and last point. The curve looks the same when a column is no wider than a
/// pixel. Points with x out of order are kept as they are.
std::vector<Point> thin_out(const std::vector<Point>& points, size_t columns);

}  // namespace yoso::report
