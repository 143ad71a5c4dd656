#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace yoso::bench {

struct Measured {
  /// Wall time of one call, by the quickest repetition: other work on the machine only adds.
  double seconds = 0;
  /// The most that was allocated during any call, beyond what was there before.
  int64_t peak_bytes = 0;
};

/// Times a function by Google Benchmark: once, and, where that took less than `budget_s`, five
/// times a fifth of the budget, with the first call as the warm-up.
Measured measure(const std::string& name, double budget_s, const std::function<void()>& run);

}  // namespace yoso::bench
