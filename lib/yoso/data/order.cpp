#include "yoso/data/order.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>

#include "yoso/util/random.h"

namespace yoso::data {

DataOrder::DataOrder(uint64_t seed, int64_t size, int64_t batch_size)
    : seed_(seed), size_(size), batch_size_(batch_size) {
  if (size < 1 || batch_size < 1) {
    throw std::invalid_argument("DataOrder: " + std::to_string(size) + " rows in batches of " +
                                std::to_string(batch_size));
  }
}

std::vector<int64_t> DataOrder::rows(int64_t step) const {
  std::vector<int64_t> result;
  result.reserve(batch_size_);
  const int64_t end = (step + 1) * batch_size_;
  for (int64_t position = step * batch_size_; position < end;) {
    const Permutation order = permutation(position / size_);
    const auto begin = order->begin() + position % size_;
    const int64_t taken = std::min(order->end() - begin, end - position);
    result.insert(result.end(), begin, begin + taken);
    position += taken;
  }
  return result;
}

DataOrder::Permutation DataOrder::permutation(int64_t epoch) const {
  const std::lock_guard lock(mutex_);
  if (epoch == cached_epoch_) return cached_;
  std::vector<int64_t> order(size_);
  std::iota(order.begin(), order.end(), int64_t{0});
  RandomStream random(seed_, "order", static_cast<uint64_t>(epoch));
  // Fisher and Yates; the result of std::shuffle differs between standard libraries.
  for (int64_t i = size_ - 1; i > 0; --i) {
    std::swap(order[i], order[static_cast<int64_t>(random.below(static_cast<uint64_t>(i) + 1))]);
  }
  cached_ = std::make_shared<const std::vector<int64_t>>(std::move(order));
  cached_epoch_ = epoch;
  return cached_;
}

Slice rank_slice(int64_t rows, int64_t rank, int64_t world) {
  const int64_t first = rows * rank / world;
  return {first, rows * (rank + 1) / world - first};
}

}  // namespace yoso::data
