#include <torch/library.h>

#include "yoso/ops/checks.h"
#include "yoso/ops/cpu/hash_rows.h"

namespace yoso::ops {
namespace {

template <class T>
class HyperplaneHasher {
 public:
  HyperplaneHasher(const T* planes, int64_t hashes, int64_t bits, int64_t dim)
      : planes_(planes),
        hashes_(hashes),
        bits_(bits),
        dim_(dim),
        tile_(dim * cpu::kTileRows),
        products_(hashes * bits * cpu::kTileRows) {}

  void operator()(int64_t group, const T* rows, int32_t* codes) {
    const int64_t count = hashes_ * bits_;
    cpu::kernels<T>().transpose_rows(rows, dim_, tile_.data(), cpu::kTileRows);
    cpu::kernels<T>().multiply({.a = planes_ + group * count * dim_,
                                .a_row = dim_,
                                .a_depth = 1,
                                .b = tile_.data(),
                                .b_row = cpu::kTileRows,
                                .c = products_.data(),
                                .c_row = cpu::kTileRows,
                                .rows = count,
                                .columns = cpu::kTileRows,
                                .depth = dim_,
                                .accumulate = false});
    cpu::kernels<T>().hyperplane_codes({products_.data(), hashes_, bits_, codes});
  }

 private:
  const T* planes_;
  int64_t hashes_, bits_, dim_;
  cpu::Buffer<T> tile_, products_;
};

template <class T>
at::Tensor hash_hyperplanes(const at::Tensor& x, const at::Tensor& planes,
                            const std::optional<at::Tensor>& mask) {
  const at::Tensor table = planes.to(c10::CppTypeToScalarType<T>::value).contiguous();
  const T* data = table.template const_data_ptr<T>();
  const int64_t hashes = planes.size(1), bits = planes.size(2), dim = planes.size(3);
  return cpu::hash_rows<T>(x, mask, planes.size(0), hashes, dim,
                           [=] { return HyperplaneHasher<T>(data, hashes, bits, dim); });
}

at::Tensor hyperplane_codes_cpu(const at::Tensor& x, const at::Tensor& planes,
                                const std::optional<at::Tensor>& mask) {
  check_hyperplane_codes(x, planes, mask);
  const bool wide = x.scalar_type() == at::kDouble || planes.scalar_type() == at::kDouble;
  return (wide ? hash_hyperplanes<double> : hash_hyperplanes<float>)(x, planes, mask);
}

}  // namespace

TORCH_LIBRARY_IMPL(yoso, CPU, library) { library.impl("hyperplane_codes", hyperplane_codes_cpu); }

}  // namespace yoso::ops
