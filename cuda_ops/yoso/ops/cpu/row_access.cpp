#include "yoso/ops/cpu/row_access.h"

#include <ATen/Dispatch.h>

#include <algorithm>

namespace yoso::ops::cpu {

RowReader::RowReader(const at::Tensor& tensor)
    : data_(static_cast<const char*>(tensor.const_data_ptr())),
      type_(tensor.scalar_type()),
      width_(tensor.size(3)) {
  for (int64_t dim = 0; dim < 4; ++dim) strides_[dim] = tensor.stride(dim);
}

/// use(r, c, value) for every element, row by row; zeros past the row's end.
template <class T, class Use>
void RowReader::visit(const RowRange& range, const Use& use) const {
  AT_DISPATCH_FLOATING_TYPES_AND2(at::kHalf, at::kBFloat16, type_, "RowReader", [&] {
    const auto* base = reinterpret_cast<const scalar_t*>(data_) + range.batch * strides_[0] +
                       range.head * strides_[1] + range.column * strides_[3];
    const int64_t present = std::min(range.columns, width_ - range.column);
    for (int64_t r = 0; r < range.count; ++r) {
      const scalar_t* row = base + range.positions[r] * strides_[2];
      if (strides_[3] == 1) {
        for (int64_t c = 0; c < present; ++c) use(r, c, static_cast<T>(row[c]));
      } else {
        for (int64_t c = 0; c < present; ++c) use(r, c, static_cast<T>(row[c * strides_[3]]));
      }
      for (int64_t c = present; c < range.columns; ++c) use(r, c, T(0));
    }
  });
}

template <class T>
void RowReader::read(const RowRange& range, T* to, int64_t stride) const {
  visit<T>(range, [=](int64_t r, int64_t c, T value) { to[r * stride + c] = value; });
}

template <class T>
void RowReader::read_transposed(const RowRange& range, T* to, int64_t stride,
                                int64_t padded_count) const {
  visit<T>(range, [=](int64_t r, int64_t c, T value) { to[c * stride + r] = value; });
  for (int64_t c = 0; c < range.columns; ++c)
    std::fill(to + c * stride + range.count, to + c * stride + padded_count, T(0));
}

RowWriter::RowWriter(const at::Tensor& tensor)
    : data_(static_cast<char*>(tensor.data_ptr())),
      type_(tensor.scalar_type()),
      heads_(tensor.size(1)),
      length_(tensor.size(2)),
      width_(tensor.size(3)) {}

template <class T>
void RowWriter::write(const RowRange& range, const T* from, int64_t stride, T factor) const {
  AT_DISPATCH_FLOATING_TYPES_AND2(at::kHalf, at::kBFloat16, type_, "RowWriter", [&] {
    auto* base = reinterpret_cast<scalar_t*>(data_) +
                 (range.batch * heads_ + range.head) * length_ * width_ + range.column;
    const int64_t present = std::min(range.columns, width_ - range.column);
    for (int64_t r = 0; r < range.count; ++r) {
      scalar_t* row = base + range.positions[r] * width_;
      for (int64_t c = 0; c < present; ++c)
        row[c] = static_cast<scalar_t>(from[r * stride + c] * factor);
    }
  });
}

template void RowReader::read(const RowRange&, float*, int64_t) const;
template void RowReader::read(const RowRange&, double*, int64_t) const;
template void RowReader::read_transposed(const RowRange&, float*, int64_t, int64_t) const;
template void RowReader::read_transposed(const RowRange&, double*, int64_t, int64_t) const;
template void RowWriter::write(const RowRange&, const float*, int64_t, float) const;
template void RowWriter::write(const RowRange&, const double*, int64_t, double) const;

}  // namespace yoso::ops::cpu
