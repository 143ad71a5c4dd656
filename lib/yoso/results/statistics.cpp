#include "yoso/results/statistics.h"

#include <array>
#include <cmath>
#include <stdexcept>

namespace yoso::results {

double t_quantile(int freedom) {
  if (freedom < 1) throw std::invalid_argument("t_quantile: no degree of freedom");
  constexpr std::array<double, 30> kTable = {
      12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
      2.201,  2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
      2.080,  2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042};
  if (static_cast<size_t>(freedom) <= kTable.size()) return kTable[freedom - 1];
  // Beyond the table: the normal quantile with two corrections (Abramowitz and Stegun 26.7.5).
  constexpr double z = 1.959964, z3 = z * z * z, z5 = z3 * z * z;
  const double n = freedom;
  return z + (z3 + z) / (4 * n) + (5 * z5 + 16 * z3 + 3 * z) / (96 * n * n);
}

Summary summarise(const std::vector<double>& values) {
  Summary summary;
  summary.runs = static_cast<int>(values.size());
  if (values.empty()) return summary;
  for (const double value : values) summary.mean += value / summary.runs;
  if (summary.runs < 2) return summary;
  double square = 0;
  for (const double value : values) square += (value - summary.mean) * (value - summary.mean);
  summary.deviation = std::sqrt(square / (summary.runs - 1));
  summary.half_width = t_quantile(summary.runs - 1) * *summary.deviation / std::sqrt(summary.runs);
  return summary;
}

}  // namespace yoso::results
