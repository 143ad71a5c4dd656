#include "yoso/ops/cpu/exact_pairs/forward.h"

#include <cmath>
#include <limits>

// A query takes D + Dv multiply-adds for each cell, in dense products, and for each pair, gathered,
// and a kernel value for each of both.

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
      std::fill_n(sums.data(), count * y_width, T(0));
      for (int64_t row = 0; row < count; row += kGatheredRows) {
        const int64_t end = std::min(row + kGatheredRows, count);
        block.multiply(row, end);
        for (int64_t r = row; r < end; ++r) shifts[r] = block.shift(r);
        block.weigh(row, end, shifts.data(), false);
        for (int64_t r = row; r < end; ++r)
          kernels<T>().pair_combination({block.pairs(r), block.weights(r), head.keys.x_width,
                                         y_width, sums.data() + r * y_width});
      }
      if (tail.cells > 0)
        kernels<T>().multiply({block.combined(), tail.sum_rows, 1, tail.sums.data(), y_width,
                               sums.data(), y_width, count, y_width, tail.sum_rows, true});
      for (int64_t r = 0; r < count; ++r) {
        T* const sum = sums.data() + r * y_width;
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
