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

  /// To be called with what each launcher returns. Throws c10::Error naming the operator.
  void check(cudaError_t error) const;

 private:
  const char* op_;
  c10::DeviceGuard guard_;
  cudaStream_t stream_;
};

/// Calls work(places) on group after group of the batch · heads pairs. Groups are equal in size and
/// so large that their workspace stays within a gigabyte (or is that of one pair).
class PlaceGroups {
 public:
  PlaceGroups(int64_t batch, int64_t heads, int64_t bytes_per_place)
      : heads_(heads), pairs_(batch * heads) {
    const int64_t fitting = std::max<int64_t>(kBytes / std::max<int64_t>(bytes_per_place, 1), 1);
    const int64_t groups = std::max<int64_t>((pairs_ + fitting - 1) / fitting, 1);
    size_ = (pairs_ + groups - 1) / groups;
  }

  /// The most pairs of a group.
  int64_t largest() const { return size_; }

  template <class Work>
  void for_each(const Work& work) const {
    for (int64_t first = 0; first < pairs_; first += size_)
      work(kernels::Places{heads_, first, std::min(size_, pairs_ - first)});
  }

 private:
  static constexpr int64_t kBytes = int64_t{1} << 30;

  int64_t heads_, pairs_, size_;
};

}  // namespace yoso::ops::cuda
