#include "yoso/ops/cpu/exact_pairs/tail.h"

// A key takes D multiply-adds a cell to find its own, D·Dv for Σ k vᵀ, and a pass over its row.

namespace yoso::ops::cpu {
namespace {

constexpr int64_t kSumRows = 4096;  // of one partial sum

template <class T>
void transpose(const std::vector<T>& from, int64_t rows, int64_t columns, std::vector<T>& to) {
  to.resize(rows * columns);
  for (int64_t row = 0; row < rows; row += kTileRows)
    kernels<T>().transpose_rows(from.data() + row * columns, columns, to.data() + row, rows);
}

}  // namespace

template <class T>
Tail<T>::Tail(const HeadRows<T>& keys, const std::vector<int32_t>& seeds)
    : cells(static_cast<int64_t>(seeds.size())),
      width(round_up(cells, kSlice)),
      x_width(keys.x_width),
      y_width(keys.y_width),
      sum_rows(cells > 0 ? width + x_width : 0) {
  if (cells == 0) return;
  cell.assign(round_up(keys.count(), kBlockRows), 0);
  if (cells > 1) assign(keys, seeds);
  add_up(keys);
  transpose(centres, width, x_width, columns);
  transpose(sums, sum_rows, y_width, sum_columns);
}

/// The nearest seed has the largest k · s − s · s / 2.
template <class T>
void Tail<T>::assign(const HeadRows<T>& keys, const std::vector<int32_t>& numbers) {
  std::vector<T> seeds(cells * x_width), halves(cells);
  for (int64_t c = 0; c < cells; ++c) {
    const T* const seed = keys.row(numbers[c]);
    std::copy_n(seed, x_width, seeds.data() + c * x_width);
    T square = 0;
    for (int64_t d = 0; d < x_width; ++d) square += seed[d] * seed[d];
    halves[c] = square / 2;
  }
  for_blocks(keys.count(), kBlockRows, [&] {
    return [&, block = std::vector<T>(x_width * kBlockRows),
            rows = std::vector<T>(kTileRows * x_width),
            scores = std::vector<T>(cells * kBlockRows)](int64_t first, int64_t count) mutable {
      for (int64_t tile = 0; tile < kBlockRows; tile += kTileRows) {
        for (int64_t r = 0; r < kTileRows; ++r)
          std::copy_n(keys.row(first + std::min(tile + r, count - 1)), x_width,
                      rows.data() + r * x_width);
        kernels<T>().transpose_rows(rows.data(), x_width, block.data() + tile, kBlockRows);
      }
      for (int64_t c = 0; c < cells; ++c)
        std::fill_n(scores.data() + c * kBlockRows, kBlockRows, -halves[c]);
      kernels<T>().multiply({seeds.data(), x_width, 1, block.data(), kBlockRows, scores.data(),
                             kBlockRows, cells, kBlockRows, x_width, true});
      kernels<T>().largest_scores(
          {scores.data(), cells, kBlockRows, kBlockRows, cell.data() + first});
    };
  });
}

template <class T>
void Tail<T>::add_up(const HeadRows<T>& keys) {
  const int64_t stride = x_width + y_width, parts = (keys.count() + kSumRows - 1) / kSumRows;
  // Of each part: Σ of rows by cell [cells, stride], Σ k vᵀ [x_width, y_width].
  const int64_t part_size = cells * stride + x_width * y_width;
  std::vector<T> partial(parts * part_size, T(0));
  for_blocks(keys.count(), kSumRows, [&] {
    return [&](int64_t first, int64_t count) {
      T* const by_cell = partial.data() + first / kSumRows * part_size;
      for (int64_t r = first; r < first + count; ++r) {
        const int32_t one = 0;
        const T weight = 1;
        kernels<T>().pair_combination(
            {{&one, 1, keys.row(r), stride}, &weight, 0, stride, by_cell + cell[r] * stride});
      }
      kernels<T>().multiply({keys.row(first), 1, stride, keys.row(first) + x_width, stride,
                             by_cell + cells * stride, y_width, x_width, y_width, count, true});
    };
  });
  for (int64_t part = 1; part < parts; ++part)
    for (int64_t i = 0; i < part_size; ++i) partial[i] += partial[part * part_size + i];

  counts.assign(width, T(0));
  for (int64_t r = 0; r < keys.count(); ++r) counts[cell[r]] += 1;
  key_sum.assign(x_width, T(0));
  for (int64_t c = 0; c < cells; ++c)
    for (int64_t d = 0; d < x_width; ++d) key_sum[d] += partial[c * stride + d];
  mean = key_sum;
  for (T& element : mean) element /= static_cast<T>(keys.count());

  centres.assign(width * x_width, T(0));
  sums.assign(sum_rows * y_width, T(0));
  for (int64_t c = 0; c < cells; ++c) {
    const T* const cell_sums = partial.data() + c * stride;
    if (counts[c] == 0) continue;
    for (int64_t d = 0; d < x_width; ++d) centres[c * x_width + d] = cell_sums[d] / counts[c];
    std::copy_n(cell_sums + x_width, y_width, sums.data() + c * y_width);
  }
  std::copy_n(partial.data() + cells * stride, x_width * y_width, sums.data() + width * y_width);
}

template struct Tail<float>;
template struct Tail<double>;

}  // namespace yoso::ops::cpu
