#include "benchmark/attention/result.h"

#include <algorithm>

namespace yoso::bench {

void set_ratios(std::vector<Result>& results) {
  double forward_s = 0, both_s = 0;
  const auto take = [](double& best, double seconds) {
    if (best == 0 || seconds < best) best = seconds;
  };
  for (const Result& result : results) {
    if (!result.softmax) continue;
    take(forward_s, result.forward_s);
    take(both_s, result.both_s);
  }
  for (Result& result : results) {
    result.forward_ratio = forward_s / result.forward_s;
    result.both_ratio = both_s / result.both_s;
  }
}

std::vector<Result> best_types(const std::vector<Result>& results) {
  std::vector<Result> best;
  for (const Result& result : results) {
    const auto same = std::find_if(best.begin(), best.end(), [&](const Result& other) {
      return other.level == result.level && other.inputs == result.inputs &&
             other.attention == result.attention && other.batch == result.batch &&
             other.heads == result.heads && other.length == result.length &&
             other.head_dim == result.head_dim;
    });
    if (same == best.end()) {
      best.push_back(result);
    } else if (result.both_s < same->both_s) {
      *same = result;
    }
  }
  return best;
}

}  // namespace yoso::bench
