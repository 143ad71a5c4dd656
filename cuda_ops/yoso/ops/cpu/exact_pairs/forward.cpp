#include "yoso/ops/cpu/exact_pairs/forward.h"

#include <cmath>
#include <limits>

// A query takes (2 C + D) · 64 multiply-adds for C cells, in dense products, D + Dv for each pair,
// gathered, and a kernel value for each of both.

namespace yoso::ops::cpu {

template <class T>
void exact_pairs_forward(const Head<T>& head, const Segment& segment, bool l2,
                         const RowWriter& context, T* log_norm) {
  const int64_t y_width = head.keys.y_width;
  const Tail<T>& tail = head.tail;
  for_blocks(head.queries.count(), kBlockRows, [&] {
    return [&, block = Block<T>(head), sums = std::vector<T>(kBlockRows * y_width),
            shifts = std::vector<T>(kBlockRows)](int64_t first, int64_t count) mutable {
      block.find(first, count);
      for (int64_t r = 0; r < count; ++r) shifts[r] = block.shift(r);
      block.weigh(shifts.data(), false);
      if (tail.cells > 0) {
        kernels<T>().multiply({block.combined(), block.combined_width(), 1, tail.sums.data(),
                               y_width, sums.data(), y_width, count, y_width,
                               block.combined_width(), false});
      } else {
        std::fill_n(sums.data(), count * y_width, T(0));
      }
      for (int64_t r = 0; r < count; ++r) {
        T* const sum = sums.data() + r * y_width;
        kernels<T>().pair_combination(
            {{block.list(r), block.size(r), head.keys.row(0), head.keys.stride()},
             block.weights(r),
             head.keys.x_width,
             y_width,
             sum});
        const T norm = l2 ? std::sqrt(dot<T>(sum, sum, y_width)) : block.weight_sum(r);
        const RowRange row = head.queries.range(first + r, 1, y_width);
        context.write(row, sum, y_width, norm > 0 ? 1 / norm : T(0));
        log_norm[segment.positions[kQuery][first + r]] =
            norm > 0 ? shifts[r] + std::log(norm) : -std::numeric_limits<T>::infinity();
      }
    };
  });
}

template void exact_pairs_forward(const Head<float>&, const Segment&, bool, const RowWriter&,
                                  float*);
template void exact_pairs_forward(const Head<double>&, const Segment&, bool, const RowWriter&,
                                  double*);

}  // namespace yoso::ops::cpu
