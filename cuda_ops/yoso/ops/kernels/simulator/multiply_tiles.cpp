#include "yoso/ops/kernels/simulator/cuda_words.h"

namespace yoso::ops::kernels {
namespace {

struct Fragments {
  uint32_t a[4], b[2];
};

/// Element `index` of 0, 1: the halves of a word.
float half_of(uint32_t word, int index) {
  return to_float(bfloat16{static_cast<uint16_t>(word >> 16 * index)});
}

}  // namespace

void multiply_tiles(const uint32_t (&a)[4], const uint32_t (&b)[2], float (&c)[4]) {
  constexpr uint32_t kAll = 0xffffffffu;
  // The lanes' fragments lie on their stacks, which stay while they wait for each other.
  const Fragments mine{{a[0], a[1], a[2], a[3]}, {b[0], b[1]}};
  const int lane = static_cast<int>(threadIdx.x % 32), r = lane / 4, q = lane % 4;
  const auto* const address = &mine;
  const Fragments* lanes[32];
  for (int l = 0; l < 32; ++l) lanes[l] = nullptr;
  // Rows r and r + 8 of a lie with lanes 4r .. 4r + 3,
  // columns 2q and 2q + 1 of b with lanes 8q .. 8q + 7.
  for (int i = 0; i < 4; ++i) lanes[4 * r + i] = __shfl_sync(kAll, address, 4 * r + i);
  for (int i = 0; i < 8; ++i) lanes[8 * q + i] = __shfl_sync(kAll, address, 8 * q + i);
  float sums[4] = {};
  for (int k = 0; k < 16; ++k) {
    const int word = k / 8, quarter = k % 8 / 2, half = k % 2;
    for (int i = 0; i < 4; ++i) {
      const int row_word = word * 2 + i / 2, column = 2 * q + i % 2;
      sums[i] += half_of(lanes[4 * r + quarter]->a[row_word], half) *
                 half_of(lanes[4 * column + quarter]->b[word], half);
    }
  }
  for (int i = 0; i < 4; ++i) c[i] += sums[i];
  simulator::meet_warp(simulator::WarpOperation::ballot, kAll, 0, 0);
}

}  // namespace yoso::ops::kernels
