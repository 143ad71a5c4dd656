#include "yoso/data/order.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>

#include "yoso/util/random.h"

namespace yoso::data {

DataOrder::DataOrder(uint64_t seed, int64_t size) : seed_(seed), size_(size) {
  if (size < 1)
    throw std::invalid_argument("DataOrder: a split of " + std::to_string(size) + " rows");
}

std::vector<int64_t> DataOrder::rows(int64_t position, int64_t count) {
  std::vector<int64_t> result;
  result.reserve(count);
  const int64_t end = position + count;
  while (position < end) {
    const std::vector<int64_t>& order = permutation(epoch(position));
    const int64_t begin = position % size_;
    const int64_t taken = std::min(size_ - begin, end - position);
    result.insert(result.end(), order.begin() + begin, order.begin() + begin + taken);
    position += taken;
  }
  return result;
}

const std::vector<int64_t>& DataOrder::permutation(int64_t epoch) {
  if (epoch == cached_epoch_) return cached_;
  cached_.resize(size_);
  std::iota(cached_.begin(), cached_.end(), int64_t{0});
  RandomStream random(seed_, "order", static_cast<uint64_t>(epoch));
  // Fisher and Yates; std::shuffle's result differs between standard libraries.
  for (int64_t i = size_ - 1; i > 0; --i) {
    std::swap(cached_[i],
              cached_[static_cast<int64_t>(random.below(static_cast<uint64_t>(i) + 1))]);
  }
  cached_epoch_ = epoch;
  return cached_;
}

Slice rank_slice(int64_t rows, int64_t rank, int64_t world) {
  const int64_t first = rows * rank / world;
  return {first, rows * (rank + 1) / world - first};
}

}  // namespace yoso::data
