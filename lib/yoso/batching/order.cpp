#include "yoso/batching/order.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

#include "yoso/data/permutation.h"
#include "yoso/util/random.h"

namespace yoso::batching {

DataOrder::DataOrder(uint64_t seed, int64_t size, int64_t batch_size, std::vector<int32_t> lengths,
                     int64_t pool)
    : seed_(seed), size_(size), batch_size_(batch_size), lengths_(std::move(lengths)), pool_(pool) {
  if (size < 1 || batch_size < 1) {
    throw std::invalid_argument("DataOrder: " + std::to_string(size) + " rows in batches of " +
                                std::to_string(batch_size));
  }
  if (pool < 1 || (!lengths_.empty() && static_cast<int64_t>(lengths_.size()) != size)) {
    throw std::invalid_argument("DataOrder: " + std::to_string(lengths_.size()) + " lengths of " +
                                std::to_string(size) + " rows in pools of " + std::to_string(pool));
  }
}

std::vector<int64_t> DataOrder::rows(int64_t step) const {
  std::vector<int64_t> result;
  result.reserve(batch_size_);
  const int64_t end = (step + 1) * batch_size_;
  for (int64_t position = step * batch_size_; position < end;) {
    const Permutation order = permutation_of(position / size_);
    const auto begin = order->begin() + position % size_;
    const int64_t taken = std::min(order->end() - begin, end - position);
    result.insert(result.end(), begin, begin + taken);
    position += taken;
  }
  return result;
}

DataOrder::Permutation DataOrder::permutation_of(int64_t epoch) const {
  const std::lock_guard lock(mutex_);
  if (epoch == cached_epoch_) return cached_;
  std::vector<int64_t> order =
      data::permutation(size_, RandomStream(seed_, "order", static_cast<uint64_t>(epoch)));
  if (pool_ > 1 && !lengths_.empty()) group_by_length(order, epoch);
  cached_ = std::make_shared<const std::vector<int64_t>>(std::move(order));
  cached_epoch_ = epoch;
  return cached_;
}

void DataOrder::group_by_length(std::vector<int64_t>& order, int64_t epoch) const {
  // Batches are cut from the endless stream: the first of this epoch may have begun in the one
  // before.
  const int64_t head = std::min(size_, (batch_size_ - epoch * size_ % batch_size_) % batch_size_);
  const int64_t batches = (size_ - head) / batch_size_;
  const auto first = order.begin() + head;
  for (int64_t begin = 0; begin < batches; begin += pool_) {
    // Examples of equal length keep their random order.
    std::stable_sort(first + begin * batch_size_,
                     first + std::min(batches, begin + pool_) * batch_size_,
                     [this](int64_t a, int64_t b) { return lengths_[a] < lengths_[b]; });
  }
  const std::vector<int64_t> sorted(first, first + batches * batch_size_);
  const auto positions = data::permutation(
      batches, RandomStream(seed_, "batches by length", static_cast<uint64_t>(epoch)));
  for (int64_t i = 0; i < batches; ++i) {
    std::copy_n(sorted.begin() + positions[i] * batch_size_, batch_size_, first + i * batch_size_);
  }
}

Slice rank_slice(int64_t rows, int64_t rank, int64_t world) {
  const int64_t first = rows * rank / world;
  return {first, rows * (rank + 1) / world - first};
}

}  // namespace yoso::batching
