#pragma once

#include <cstdint>

namespace yoso::train {

/// A loss over many batches: the sum and what it is normalised by, and the same of a second loss
/// where there is one (tasks::Output).
struct LossSums {
  double sum = 0;
  int64_t weight = 0;
  double auxiliary_sum = 0;
  int64_t auxiliary_weight = 0;  // 0: there is none

  /// The sum of both means.
  double mean() const {
    double mean = sum / static_cast<double>(weight);
    if (auxiliary_weight > 0) mean += auxiliary_sum / static_cast<double>(auxiliary_weight);
    return mean;
  }

  LossSums& operator+=(const LossSums& other) {
    sum += other.sum;
    weight += other.weight;
    auxiliary_sum += other.auxiliary_sum;
    auxiliary_weight += other.auxiliary_weight;
    return *this;
  }
};

}  // namespace yoso::train
