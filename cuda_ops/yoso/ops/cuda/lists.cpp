#include "yoso/ops/cuda/lists.h"

#include <ATen/ops/empty.h>

#include "yoso/ops/cuda/inputs.h"

namespace yoso::ops::cuda {

SortedSide::SortedSide(const at::Tensor& codes, const at::Tensor& mask, int64_t bits)
    : codes_(codes.contiguous()),
      mask_(mask),
      hashes_(codes.size(2)),
      bits_(bits),
      rows_{static_cast<const int32_t*>(codes_.const_data_ptr()), mask_of(mask), codes.size(3)} {}

int64_t SortedSide::bytes_per_head(const at::Tensor& codes, int64_t bits) {
  const int64_t offsets = (int64_t{1} << bits) + 1;
  return codes.size(2) * (kernels::list_stride(codes.size(3)) * 6 + offsets * 4);
}

void SortedSide::reserve(int64_t heads) {
  const int64_t stride = kernels::list_stride(rows_.length);
  order_ = at::empty({heads, hashes_, stride}, codes_.options());
  sorted_codes_ = at::empty({heads, hashes_, stride}, codes_.options().dtype(at::kShort));
  offsets_ = at::empty({heads, hashes_, (int64_t{1} << bits_) + 1}, codes_.options());
  lists_ = {static_cast<int32_t*>(order_.mutable_data_ptr()),
            static_cast<uint16_t*>(sorted_codes_.mutable_data_ptr()),
            static_cast<int32_t*>(offsets_.mutable_data_ptr()), stride};
}

void SortedSide::sort(const Launch& launch, const kernels::HeadGroup& heads) {
  launch.check(kernels::sort_into_buckets(heads, hashes_, static_cast<int>(bits_), rows_, lists_,
                                          launch.stream()));
}

}  // namespace yoso::ops::cuda
