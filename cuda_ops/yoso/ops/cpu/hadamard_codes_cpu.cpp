#include <torch/library.h>

#include <algorithm>
#include <type_traits>

#include "yoso/ops/checks.h"
#include "yoso/ops/cpu/hash_rows.h"

namespace yoso::ops {
namespace {

/// What all workers share.
struct Hadamard {
  const int8_t* signs;  // [groups, passes, 3, dim]
  int64_t passes, dim, hashes, bits;
  int parts;  // bfloat16 numbers that sum up to an element of x

  int64_t bits_per_pass() const { return (hashes * bits + passes - 1) / passes; }
  const int8_t* signs_of(int64_t group) const { return signs + group * passes * 3 * dim; }
};

/// Holds one worker's memory and the signs of the group it last worked on. Where the processor has
/// tiles, the passes become matrices; otherwise, and for signs whose matrix bfloat16 cannot hold,
/// it is the fast transform.
template <class T>
class HadamardHasher {
 public:
  explicit HadamardHasher(const Hadamard& h)
      : h_(h),
        has_tiles_(cpu::kernels<T>().hadamard_matrix != nullptr && h.dim % 32 == 0 && h.dim <= 128),
        blocks_(has_tiles_ ? h.passes * pass_rows() / cpu::kTileRows : 0),
        signs_(h.passes * 3 * h.dim),
        tile_(h.dim * cpu::kTileRows),
        work_(h.dim * cpu::kTileRows),
        matrix_(blocks_ * cpu::kTileRows * h.dim),
        tiles_(h.parts * h.dim * cpu::kTileRows),
        products_(blocks_ * cpu::kTileRows * cpu::kTileRows),
        product_of_(h.hashes * h.bits) {
    for (int64_t b = 0; b < h.hashes * h.bits; ++b)
      product_of_.data()[b] = static_cast<int32_t>(b / h.bits_per_pass() * pass_rows() +
                                                   b % h.bits_per_pass());
  }

  void operator()(int64_t group, const T* rows, int32_t* codes) {
    if (group != group_) set_group(group);
    if constexpr (std::is_same_v<T, float>) {
      if (uses_matrix_)
        return cpu::kernels<T>().matrix_codes({rows, h_.parts, matrix_.data(), blocks_, h_.dim,
                                               product_of_.data(), h_.hashes, h_.bits,
                                               tiles_.data(), products_.data(), codes});
    }
    cpu::kernels<T>().transpose_rows(rows, h_.dim, tile_.data(), cpu::kTileRows);
    cpu::kernels<T>().hadamard_codes({tile_.data(), signs_.data(), h_.dim, h_.bits_per_pass(),
                                      h_.hashes, h_.bits, work_.data(), codes});
  }

 private:
  int64_t pass_rows() const { return cpu::round_up(h_.bits_per_pass(), cpu::kTileRows); }

  void set_group(int64_t group) {
    group_ = group;
    const int8_t* const from = h_.signs_of(group);
    uses_matrix_ = has_tiles_ && cpu::kernels<T>().hadamard_matrix(
                                     {from, h_.passes, h_.dim, h_.bits_per_pass(), matrix_.data()});
    if (!uses_matrix_) std::copy_n(from, h_.passes * 3 * h_.dim, signs_.data());
  }

  Hadamard h_;
  bool has_tiles_, uses_matrix_ = false;
  int64_t blocks_, group_ = -1;
  cpu::Buffer<T> signs_, tile_, work_;
  cpu::Buffer<uint16_t> matrix_, tiles_;
  cpu::Buffer<float> products_;
  cpu::Buffer<int32_t> product_of_;
};

int parts_of(at::ScalarType type) {
  return type == at::kBFloat16 ? 1 : type == at::kHalf ? 2 : 3;
}

template <class T>
at::Tensor hash_hadamard(const at::Tensor& x, const at::Tensor& signs, int64_t hashes, int64_t bits,
                         const std::optional<at::Tensor>& mask) {
  const at::Tensor table = signs.contiguous();
  const Hadamard hadamard{table.const_data_ptr<int8_t>(), signs.size(1), signs.size(3), hashes, bits,
                          parts_of(x.scalar_type())};
  return cpu::hash_rows<T>(x, mask, signs.size(0), hashes, hadamard.dim,
                           [&] { return HadamardHasher<T>(hadamard); });
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
