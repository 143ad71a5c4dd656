#include "yoso/ops/cpu/valid_rows.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <limits>
#include <numeric>

namespace yoso::ops::cpu {

ValidRows::ValidRows(const std::optional<at::Tensor>& mask, int64_t batch, int64_t length)
    : begin_(batch, 0), count_(batch, length), max_count_(batch > 0 ? length : 0) {
  TORCH_CHECK(length <= std::numeric_limits<int32_t>::max(), "yoso: a length of ", length,
              " is above ", std::numeric_limits<int32_t>::max());
  if (!mask || !mask->defined()) {
    positions_.resize(length);
    std::iota(positions_.begin(), positions_.end(), 0);
    return;
  }
  const bool* data = mask->const_data_ptr<bool>();
  const int64_t sequence_stride = mask->stride(0), stride = mask->stride(1);
  max_count_ = 0;
  for (int64_t b = 0; b < batch; ++b) {
    begin_[b] = static_cast<int64_t>(positions_.size());
    for (int64_t i = 0; i < length; ++i)
      if (data[b * sequence_stride + i * stride]) positions_.push_back(static_cast<int32_t>(i));
    count_[b] = static_cast<int64_t>(positions_.size()) - begin_[b];
    max_count_ = std::max(max_count_, count_[b]);
  }
}

}  // namespace yoso::ops::cpu
