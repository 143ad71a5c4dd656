#pragma once

#include <ATen/core/Tensor.h>

#include "yoso/ops/cuda/launch.h"
#include "yoso/ops/kernels/bucket_lists.h"

namespace yoso::ops::cuda {

/// One side's codes, and room for its rows sorted by them.
class SortedSide {
 public:
  /// `codes` int32 [batch, heads, hashes, length]
  SortedSide(const at::Tensor& codes, const at::Tensor& mask, int64_t bits);

  static int64_t bytes_per_head(const at::Tensor& codes, int64_t bits);

  int64_t hashes() const { return hashes_; }
  const kernels::CodedRows& rows() const { return rows_; }
  /// Of the heads last sorted.
  const kernels::BucketLists& lists() const { return lists_; }

  /// Makes room for the lists of so many heads.
  void reserve(int64_t heads);
  void sort(const Launch& launch, const kernels::HeadGroup& heads);

 private:
  at::Tensor codes_, mask_, order_, sorted_codes_, offsets_;
  int64_t hashes_, bits_;
  kernels::CodedRows rows_;
  kernels::BucketLists lists_{};
};

}  // namespace yoso::ops::cuda
