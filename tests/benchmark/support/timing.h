#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace yoso::bench {

struct Measured {
  double seconds = 0;       // wall time of one call, the median of the repetitions
  int64_t repetitions = 0;  // each of one or more calls
  int64_t peak_bytes = 0;   // the most that was allocated during any call, beyond what was there
};

/// Times a function by Google Benchmark: once, and, where that took less than `budget_s`, three
/// times a third of the budget, of which the first call then was the warm-up.
Measured measure(const std::string& name, double budget_s, const std::function<void()>& run);

}  // namespace yoso::bench
