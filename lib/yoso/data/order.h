#pragma once

#include <cstdint>
#include <vector>

namespace yoso::data {

/// The order in which training visits the rows of a split: an endless stream made of one
/// permutation an epoch, each a pure function of (seed, epoch). A step takes the next batch_size
/// rows of the stream, also across the end of an epoch: every step has the same number of rows,
/// every row comes once an epoch, and a split smaller than a batch works. What a run has to
/// remember is one number, the position in the stream. (Rejected: dropping the last partial batch,
/// which wastes rows of small sets; a short step at the end of an epoch, whose gradient is noisier
/// at the same learning rate.)
class DataOrder {
 public:
  /// `size` ≥ 1 rows in the split.
  DataOrder(uint64_t seed, int64_t size);

  /// The rows at positions [position, position + count). Cheap when called in order: the
  /// permutation of the last epoch asked for is kept. Not for several threads at a time.
  std::vector<int64_t> rows(int64_t position, int64_t count);

  /// The epoch, from 0, of the row at a position.
  int64_t epoch(int64_t position) const { return position / size_; }

 private:
  const std::vector<int64_t>& permutation(int64_t epoch);

  uint64_t seed_;
  int64_t size_;
  int64_t cached_epoch_ = -1;
  std::vector<int64_t> cached_;
};

/// Consecutive rows of a step's global batch.
struct Slice {
  int64_t first = 0;
  int64_t count = 0;
};

/// What process `rank` of `world` processes takes of `rows` rows: the slices follow each other and
/// differ by at most one row (a rank may get none).
Slice rank_slice(int64_t rows, int64_t rank, int64_t world);

}  // namespace yoso::data
