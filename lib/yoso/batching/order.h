#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace yoso::batching {

/// Which examples of a split each training step takes, a pure function of (seed, step). The
/// examples form an endless stream made of one permutation an epoch, each sampled from (seed,
/// epoch); step s takes the examples at positions [s · batch_size, (s + 1) · batch_size), also
/// across the end of an epoch. So every step has the same number of rows, every example comes once
/// an epoch, and a split may be smaller than a batch.
///
/// With `lengths`, examples of similar length share a batch: the examples of an epoch's whole
/// batches are taken `pool` batches at a time in their random order, sorted by length, cut into
/// batches, and the batches are shuffled. The one batch that spans two epochs stays mixed.
/// (Rejected: dropping the rest of an epoch, which a small set misses; a short last step, whose
/// gradient is noisier at the same learning rate.)
class DataOrder {
 public:
  /// `size` ≥ 1 examples in the split, `batch_size` ≥ 1 rows a step over all processes. `lengths`:
  /// the length of each example, or empty; `pool` ≥ 1 batches, where 1 sorts nothing.
  /// std::invalid_argument otherwise.
  DataOrder(uint64_t seed, int64_t size, int64_t batch_size, std::vector<int32_t> lengths = {},
            int64_t pool = 1);

  /// The indices of a step's examples (steps from 0), `batch_size` of them. Cheap for one step
  /// after another: the permutation last used is kept. May be called from several threads.
  std::vector<int64_t> rows(int64_t step) const;

  /// The epoch, from 0, that row number `row` of a step belongs to.
  int64_t epoch(int64_t step, int64_t row = 0) const { return (step * batch_size_ + row) / size_; }

 private:
  using Permutation = std::shared_ptr<const std::vector<int64_t>>;
  Permutation permutation_of(int64_t epoch) const;
  void group_by_length(std::vector<int64_t>& order, int64_t epoch) const;

  uint64_t seed_;
  int64_t size_;
  int64_t batch_size_;
  std::vector<int32_t> lengths_;
  int64_t pool_;
  mutable std::mutex mutex_;
  mutable int64_t cached_epoch_ = -1;
  mutable Permutation cached_;
};

/// Consecutive rows of a step's global batch.
struct Slice {
  int64_t first = 0;
  int64_t count = 0;
};

/// The rows of a step's `rows` rows that process `rank` of `world` takes: the slices follow each
/// other and differ by at most one row.
Slice rank_slice(int64_t rows, int64_t rank, int64_t world);

}  // namespace yoso::batching
