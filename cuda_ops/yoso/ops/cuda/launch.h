#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/DeviceGuard.h>

#include <algorithm>
#include <cstdint>

#include "yoso/ops/cuda/runtime.h"
#include "yoso/ops/kernels/rows.h"

namespace yoso::ops::cuda {

/// One call of an operator: the device of `tensor` is the current one while this lives.
class Launch {
 public:
  Launch(const char* op, const at::Tensor& tensor);

  cudaStream_t stream() const { return stream_; }

  /// Checks what a launcher returned. Throws c10::Error naming the operator.
  void check(cudaError_t error) const;

 private:
  const char* op_;
  c10::DeviceGuard guard_;
  cudaStream_t stream_;
};

/// Calls work(heads) on group after group of the batch · heads_per_sequence heads. Groups are equal
/// in size and so large that their workspace stays within a gigabyte (or is that of one head).
class HeadGroups {
 public:
  HeadGroups(int64_t batch, int64_t heads_per_sequence, int64_t bytes_per_head)
      : heads_per_sequence_(heads_per_sequence), heads_(batch * heads_per_sequence) {
    const int64_t fitting = std::max<int64_t>(kBytes / std::max<int64_t>(bytes_per_head, 1), 1);
    const int64_t groups = std::max<int64_t>((heads_ + fitting - 1) / fitting, 1);
    size_ = (heads_ + groups - 1) / groups;
  }

  /// The most heads of a group.
  int64_t largest() const { return size_; }

  template <class Work>
  void for_each(const Work& work) const {
    for (int64_t first = 0; first < heads_; first += size_)
      work(kernels::HeadGroup{heads_per_sequence_, first, std::min(size_, heads_ - first)});
  }

 private:
  static constexpr int64_t kBytes = int64_t{1} << 30;

  int64_t heads_per_sequence_, heads_, size_;
};

}  // namespace yoso::ops::cuda
