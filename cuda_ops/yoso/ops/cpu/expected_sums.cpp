#include "yoso/ops/cpu/expected_sums.h"

#include <algorithm>
#include <vector>

#include "yoso/ops/cpu/buffer.h"
#include "yoso/ops/cpu/head_group.h"

// A pair takes D + Dv multiply-adds and a probability forward; backward, once for each side,
// 2·D + Dv for the gradient of query or key each and Dv more for the value's. 64 rows read 128 rows
// of the other side at a time, as columns and as rows: in float (D + Dv) / 16 bytes a pair forward,
// up to twice that backward. The products, 32 KiB each, stay in the second-level cache.

namespace yoso::ops::cpu {
namespace {

constexpr int64_t kExpectedRows = 64;  // rows one worker takes at a time
constexpr int64_t kBlock = 128;        // rows of the other side at a time

/// One side of a group of heads, converted: as rows (x, then y) and, in blocks of kBlock rows, as
/// columns.
template <class T>
struct PackedSide {
  PackedSide(int64_t heads, int64_t max_rows, int64_t x_columns, int64_t y_columns)
      : x_width(round_up(x_columns, kSlice)),
        width(x_width + round_up(y_columns, kSlice)),
        blocks_((max_rows + kBlock - 1) / kBlock),
        rows_(heads * blocks_ * kBlock * width),
        columns_(heads * blocks_ * kBlock * width) {}

  T* rows(int64_t head, int64_t first) {
    return rows_.data() + (head * blocks_ * kBlock + first) * width;
  }
  /// [width, kBlock] of the block that begins at row `first`
  T* columns(int64_t head, int64_t first) {
    return columns_.data() + (head * blocks_ * kBlock + first) * width;
  }

  int64_t x_width, width;

 private:
  int64_t blocks_;
  Buffer<T> rows_, columns_;
};

/// All of one group of heads: packing, then the sums.
template <class T>
class Group {
 public:
  Group(const ExpectedSums<T>& problem, const HeadGroup& heads)
      : problem_(problem),
        heads_(heads),
        sides_{PackedSide<T>(heads.count, heads.max_rows(kQuery), problem.x[kQuery]->width(),
                             problem.y[kKey]->width()),
               PackedSide<T>(heads.count, heads.max_rows(kKey), problem.x[kKey]->width(),
                             problem.y[kKey]->width())} {}

  void run() {
    for (Side side : {kQuery, kKey})
      for_row_blocks(heads_, side, kBlock, [this, side] {
        return [this, side](int64_t head, int64_t first, int64_t count) {
          pack(head, side, first, count);
        };
      });
    for (Side side : {kQuery, kKey}) {
      if (problem_.sums[side] == nullptr && problem_.grad_x[side] == nullptr) continue;
      for_row_blocks(heads_, side, kExpectedRows, [this, side] {
        return [this, side](int64_t head, int64_t first, int64_t count) {
          add(head, side, first, count);
        };
      });
    }
  }

 private:
  void pack(int64_t head, Side side, int64_t first, int64_t count) {
    PackedSide<T>& packed = sides_[side];
    T* const rows = packed.rows(head, first);
    T* const columns = packed.columns(head, first);
    const RowRange x = heads_.range(side, head, first, count, 0, packed.x_width);
    problem_.x[side]->read(x, rows, packed.width);
    problem_.x[side]->read_transposed(x, columns, kBlock, kBlock);
    if (problem_.y[side] == nullptr) return;
    const RowRange y = heads_.range(side, head, first, count, 0, packed.width - packed.x_width);
    problem_.y[side]->read(y, rows + packed.x_width, packed.width);
    problem_.y[side]->read_transposed(y, columns + packed.x_width * kBlock, kBlock, kBlock);
  }

  /// The sums of `count` rows of one side over all rows of the other.
  void add(int64_t head, Side side, int64_t first, int64_t count) {
    const Kernels<T>& kernel = kernels<T>();
    PackedSide<T>& others = sides_[other(side)];
    const int64_t width = others.width, x_width = others.x_width, y_width = width - x_width;
    const T* const rows = sides_[side].rows(head, first);
    const RowWriter* const sums_out = problem_.sums[side];
    const RowWriter* const grad_out = problem_.grad_x[side];
    Buffer<T> x_products(kExpectedRows * kBlock), y_products(kExpectedRows * kBlock);
    std::vector<T> sums(count * y_width, T(0)), grads(count * x_width, T(0));

    const int64_t other_count = heads_.row_count(other(side), head);
    for (int64_t at = 0; at < other_count; at += kBlock) {
      const int64_t block_rows = std::min(kBlock, other_count - at);
      // Columns past `block_rows` hold zeros and are not summed.
      const int64_t columns = round_up(block_rows, kSlice);
      const T* const other_rows = others.rows(head, at);
      const T* const other_columns = others.columns(head, at);
      const auto product = [&](const T* a, const T* b, int64_t depth, T* c) {
        kernel.multiply({a, width, 1, b, kBlock, c, columns, count, columns, depth, false});
      };
      const auto sum = [&](const T* a, const T* b, int64_t b_width, T* c) {
        kernel.multiply({a, columns, 1, b, width, c, b_width, count, b_width, block_rows, true});
      };
      product(rows, other_columns, x_width, x_products.data());
      if (grad_out != nullptr) {
        product(rows + x_width, other_columns + x_width * kBlock, y_width, y_products.data());
        kernel.collision_gradient({x_products.data(), y_products.data(), count * columns,
                                   problem_.bits, problem_.weight});
        sum(y_products.data(), other_rows, x_width, grads.data());
      } else {
        kernel.collision_probability(x_products.data(), count * columns, problem_.bits);
      }
      if (sums_out != nullptr) sum(x_products.data(), other_rows + x_width, y_width, sums.data());
    }
    if (sums_out != nullptr)
      sums_out->write(heads_.range(side, head, first, count, 0, y_width), sums.data(), y_width,
                      T(1));
    if (grad_out != nullptr)
      grad_out->write(heads_.range(side, head, first, count, 0, x_width), grads.data(), x_width,
                      problem_.factor);
  }

  const ExpectedSums<T>& problem_;
  HeadGroup heads_;
  PackedSide<T> sides_[2];
};

}  // namespace

template <class T>
void ExpectedSums<T>::run(const ValidRows& queries, const ValidRows& keys, int64_t batch,
                          int64_t heads) const {
  const int64_t columns = round_up(x[kQuery]->width(), kSlice) + round_up(y[kKey]->width(), kSlice);
  const int64_t rows = queries.max_count() + keys.max_count() + 2 * kBlock;
  const int64_t bytes = 2 * rows * columns * static_cast<int64_t>(sizeof(T));
  for_each_group(queries, keys, batch, heads, bytes,
                 [&](const HeadGroup& group) { Group<T>(*this, group).run(); });
}

template struct ExpectedSums<float>;
template struct ExpectedSums<double>;

}  // namespace yoso::ops::cpu
