#pragma once

#include <optional>
#include <vector>

namespace yoso::results {

/// Mean, sample deviation and 95 % confidence interval of the mean (Student's t) over seeds.
struct Summary {
  int runs = 0;
  double mean = 0;
  std::optional<double> deviation;   // with two runs or more
  std::optional<double> half_width;  // of the interval: mean ± half_width
};

Summary summarise(const std::vector<double>& values);

/// The 97.5 % quantile of Student's t with `freedom` ≥ 1 degrees of freedom, else
/// std::invalid_argument.
double t_quantile(int freedom);

}  // namespace yoso::results
