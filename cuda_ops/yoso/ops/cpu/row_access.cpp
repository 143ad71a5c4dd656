#include "yoso/ops/cpu/row_access.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <vector>

namespace yoso::ops::cpu {
namespace {

Element element_of(const at::Tensor& tensor) {
  switch (tensor.scalar_type()) {
    case at::kDouble:
      return Element::float64;
    case at::kFloat:
      return Element::float32;
    case at::kBFloat16:
      return Element::bfloat16;
    case at::kHalf:
      return Element::float16;
    default:
      TORCH_CHECK(false, "yoso: no kernel for ", tensor.scalar_type());
  }
}

}  // namespace

RowReader::RowReader(const at::Tensor& tensor)
    : data_(static_cast<const char*>(tensor.const_data_ptr())),
      type_(element_of(tensor)),
      width_(tensor.size(3)) {
  for (int64_t dim = 0; dim < 4; ++dim)
    strides_[dim] = tensor.stride(dim) * static_cast<int64_t>(tensor.element_size());
}

template <class T>
void RowReader::read(const RowRange& range, T* to, int64_t stride) const {
  const auto widen = kernels<T>().widen;
  const char* const base = data_ + range.sequence * strides_[0] +
                           range.head_in_sequence * strides_[1] + range.column * strides_[3];
  const int64_t present = std::min(range.columns, width_ - range.column);
  const bool dense = strides_[3] == size_of(type_);
  for (int64_t r = 0; r < range.count; ++r) {
    const char* const from = base + range.positions[r] * strides_[2];
    T* const row = to + r * stride;
    if (dense) {
      widen(from, type_, present, row);
    } else {
      for (int64_t c = 0; c < present; ++c) widen(from + c * strides_[3], type_, 1, row + c);
    }
    std::fill(row + present, row + range.columns, T(0));
  }
}

void RowReader::read_as(Element type, const RowRange& range, void* to, int64_t stride) const {
  if (type == Element::float32) return read(range, static_cast<float*>(to), stride);
  if (type == Element::float64) return read(range, static_cast<double*>(to), stride);
  const int64_t size = size_of(type_);
  const char* const base = data_ + range.sequence * strides_[0] +
                           range.head_in_sequence * strides_[1] + range.column * strides_[3];
  const int64_t present = std::min(range.columns, width_ - range.column);
  for (int64_t r = 0; r < range.count; ++r) {
    const char* const from = base + range.positions[r] * strides_[2];
    char* const row = static_cast<char*>(to) + r * stride * size;
    if (strides_[3] == size) {
      std::copy_n(from, present * size, row);
    } else {
      for (int64_t c = 0; c < present; ++c)
        std::copy_n(from + c * strides_[3], size, row + c * size);
    }
    std::fill(row + present * size, row + range.columns * size, 0);
  }
}

template <class T>
void RowReader::read_transposed(const RowRange& range, T* to, int64_t stride,
                                int64_t padded_count) const {
  std::vector<T> rows(kTileRows * range.columns);
  for (int64_t first = 0; first < padded_count; first += kTileRows) {
    RowRange part = range;
    part.positions += first;
    part.count = std::clamp<int64_t>(range.count - first, 0, kTileRows);
    read(part, rows.data(), range.columns);
    std::fill(rows.begin() + part.count * range.columns, rows.end(), T(0));
    kernels<T>().transpose_rows(rows.data(), range.columns, to + first, stride);
  }
}

RowWriter::RowWriter(const at::Tensor& tensor)
    : data_(static_cast<char*>(tensor.data_ptr())),
      type_(element_of(tensor)),
      heads_(tensor.size(1)),
      length_(tensor.size(2)),
      width_(tensor.size(3)) {}

template <class T>
void RowWriter::write(const RowRange& range, const T* from, int64_t stride, T factor) const {
  const int64_t present = std::min(range.columns, width_ - range.column);
  const int64_t first =
      (range.sequence * heads_ + range.head_in_sequence) * length_ * width_ + range.column;
  for (int64_t r = 0; r < range.count; ++r)
    kernels<T>().narrow(from + r * stride, factor, present, type_,
                        data_ + (first + range.positions[r] * width_) * size_of(type_));
}

template void RowReader::read(const RowRange&, float*, int64_t) const;
template void RowReader::read(const RowRange&, double*, int64_t) const;
template void RowReader::read_transposed(const RowRange&, float*, int64_t, int64_t) const;
template void RowReader::read_transposed(const RowRange&, double*, int64_t, int64_t) const;
template void RowWriter::write(const RowRange&, const float*, int64_t, float) const;
template void RowWriter::write(const RowRange&, const double*, int64_t, double) const;

}  // namespace yoso::ops::cpu
