#pragma once

#include <vector>

#include "yoso/report/chart.h"
#include "yoso/report/svg.h"

namespace yoso::report {

/// Finite, and far enough from the largest double that the arithmetic of an axis over it does not
/// overflow.
bool drawable(double value);

/// The points of a series in order, without those that have a NaN, infinite or absurdly large
/// coordinate. std::invalid_argument when x and y differ in length.
std::vector<Point> drawable_points(const Series& series);

/// Each y replaced by the mean over itself and up to `half` neighbours on either side.
std::vector<Point> running_mean(const std::vector<Point>& points, size_t half);

/// At most about 4 · `columns` of the points: cut into columns of equal width in x, each keeps its
/// first, lowest, highest and last point. The curve looks the same when a column is no wider than a
/// pixel. Points with x out of order are kept as they are.
std::vector<Point> thin_out(const std::vector<Point>& points, size_t columns);

}  // namespace yoso::report
