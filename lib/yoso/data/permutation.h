#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "yoso/util/random.h"

namespace yoso::data {

/// 0 … size − 1 in an order drawn from `random` (Fisher and Yates; the result of std::shuffle
/// differs between standard libraries).
inline std::vector<int64_t> permutation(int64_t size, RandomStream random) {
  std::vector<int64_t> order(size);
  for (int64_t i = 0; i < size; ++i) order[i] = i;
  for (int64_t i = size - 1; i > 0; --i) {
    std::swap(order[i], order[static_cast<int64_t>(random.below(static_cast<uint64_t>(i) + 1))]);
  }
  return order;
}

}  // namespace yoso::data
