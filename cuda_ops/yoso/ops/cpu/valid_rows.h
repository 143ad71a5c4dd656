#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace yoso::ops::cpu {

/// The positions of the valid rows of each sequence, those that a mask does not hide. Kernels work
/// on these rows only, packed one behind the other: masked rows are never read.
class ValidRows {
 public:
  /// `mask` is bool [batch, length], true for a valid row; without a mask all rows are valid.
  ValidRows(const std::optional<at::Tensor>& mask, int64_t batch, int64_t length);

  /// Ascending positions of a sequence.
  const int32_t* positions(int64_t sequence) const { return positions_.data() + begin_[sequence]; }
  int64_t count(int64_t sequence) const { return count_[sequence]; }

  /// The largest count of the batch.
  int64_t max_count() const { return max_count_; }

 private:
  std::vector<int32_t> positions_;
  std::vector<int64_t> begin_, count_;
  int64_t max_count_ = 0;
};

}  // namespace yoso::ops::cpu
