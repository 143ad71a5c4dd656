#include <torch/library.h>

#include "yoso/ops/checks.h"
#include "yoso/ops/cpu/hash_rows.h"

namespace yoso::ops {
namespace {

/// Holds one worker's memory and the signs of the group it last worked on.
template <class T>
class HadamardHasher {
 public:
  HadamardHasher(const int8_t* signs, int64_t passes, int64_t dim, int64_t hashes, int64_t bits)
      : all_signs_(signs),
        size_(passes * 3 * dim),
        dim_(dim),
        bits_per_pass_((hashes * bits + passes - 1) / passes),
        hashes_(hashes),
        bits_(bits),
        signs_(size_),
        work_(dim * cpu::kTileRows) {}

  void operator()(int64_t group, const T* tile, int32_t* codes) {
    if (group != group_) {
      for (int64_t i = 0; i < size_; ++i) signs_.data()[i] = all_signs_[group * size_ + i];
      group_ = group;
    }
    cpu::kernels<T>().hadamard_codes(
        {tile, signs_.data(), dim_, bits_per_pass_, hashes_, bits_, work_.data(), codes});
  }

 private:
  const int8_t* all_signs_;
  int64_t size_, dim_, bits_per_pass_, hashes_, bits_;
  int64_t group_ = -1;
  cpu::Buffer<T> signs_, work_;
};

template <class T>
at::Tensor hash_hadamard(const at::Tensor& x, const at::Tensor& signs, int64_t hashes, int64_t bits,
                         const std::optional<at::Tensor>& mask) {
  const at::Tensor table = signs.contiguous();
  const int8_t* data = table.const_data_ptr<int8_t>();
  const int64_t passes = signs.size(1), dim = signs.size(3);
  return cpu::hash_rows<T>(x, mask, signs.size(0), hashes, dim,
                           [=] { return HadamardHasher<T>(data, passes, dim, hashes, bits); });
}

at::Tensor hadamard_codes_cpu(const at::Tensor& x, const at::Tensor& signs, int64_t hashes,
                              int64_t bits, const std::optional<at::Tensor>& mask) {
  check_hadamard_codes(x, signs, hashes, bits, mask);
  const bool wide = x.scalar_type() == at::kDouble;
  return (wide ? hash_hadamard<double> : hash_hadamard<float>)(x, signs, hashes, bits, mask);
}

}  // namespace

TORCH_LIBRARY_IMPL(yoso, CPU, library) { library.impl("hadamard_codes", hadamard_codes_cpu); }

}  // namespace yoso::ops
