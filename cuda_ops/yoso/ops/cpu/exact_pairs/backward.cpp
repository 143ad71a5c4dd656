#include "yoso/ops/cpu/exact_pairs/backward.h"

#include <cmath>

// With weights divided by the divisor N (Z, or ‖U‖), g the gradient of the context o and
//   h_i = g_i (sum) or g_i − (g_i·o_i) o_i (l2),   z_i = −g_i·o_i (sum) or 0 (l2),
// the gradient of a pair's weight is s_ij = h_i·v_j + z_i, and of a tail the same, but without z_i
// where Z was raised to Σ_S f. With α_ic = f(y_ic) − b_i y_ic, t_ij = α_ic + b_i x_ij, and
//   grad q_i = Σ_S (f′ − b_i) s_ij k_j + b_i Σ_j s_ij k_j + Σ_c dy_ic k̄_c + dμ_i k̄
//   grad k_j = Σ_i (f′ − b_i) s_ij q_i + Σ_i b_i s_ij q_i + Σ_i dy_ic q_i / n_c + Σ_i dμ_i q_i / n
//   grad v_j = Σ_i (f − t_ij) h_i + Σ_i α_ic h_i + Σ_i b_i x_ij h_i
// where dα_ic = Σ_{j∈c, j∉S} s_ij, db_i = Σ_{j∉S} s_ij x_ij − Σ_c dα_ic y_ic, dy = dα (f′(y) − b) and
// dμ = db f″(μ). Sums over all j are products with Σ v, Σ k vᵀ and Σ k. Pairs are kept, with their
// two coefficients, in order of the queries, then sorted by key: a key then takes two sums a pair
// and no product.

namespace yoso::ops::cpu {
namespace {

constexpr int64_t kPartRows = 2048;  // queries of one partial sum of the tail's gradients

/// The pairs of a block of queries and what they send to their keys.
template <class T>
struct SentPairs {
  std::vector<int32_t> keys;
  std::vector<int64_t> begin;  // of each query, and the end
  std::vector<T> to_key;       // times query
  std::vector<T> to_value;     // times h
};

/// Gradients of what the tail is made of, summed over some queries.
template <class T>
struct TailGradient {
  explicit TailGradient(const Tail<T>& tail)
      : sums(tail.sum_rows * tail.y_width, T(0)),
        centres(tail.width * tail.x_width, T(0)),
        key_sum(tail.x_width, T(0)),
        mean(tail.x_width, T(0)) {}
  void add(const TailGradient& other) {
    const auto add_to = [](std::vector<T>& to, const std::vector<T>& from) {
      for (size_t i = 0; i < to.size(); ++i) to[i] += from[i];
    };
    add_to(sums, other.sums);
    add_to(centres, other.centres);
    add_to(key_sum, other.key_sum);
    add_to(mean, other.mean);
  }
  std::vector<T> sums, centres, key_sum, mean;
};

template <class T>
void add_scaled(T* to, T factor, const T* row, int64_t width) {
  const int32_t first = 0;
  kernels<T>().pair_combination({{&first, 1, row, width}, &factor, 0, width, to});
}

/// The query side, block by block.
template <class T>
class QuerySide {
 public:
  QuerySide(const Head<T>& head, const Segment& segment, const PairGradientRows<T>& rows)
      : head_(head),
        segment_(segment),
        rows_(rows),
        block_(head),
        values_(kBlockRows * head.tail.sum_rows),
        grads_(kBlockRows * head.queries.x_width),
        shifts_(kBlockRows),
        sum_grads_(kBlockRows) {}

  void run(HeadRows<T>& queries, int64_t first, int64_t count, SentPairs<T>& sent,
           TailGradient<T>& tail_gradient) {
    read(queries, first, count);
    block_.find(first, count);
    const int64_t x_width = queries.x_width, width = head_.tail.sum_rows;
    std::fill_n(grads_.data(), count * x_width, T(0));
    if (head_.tail.cells > 0)
      kernels<T>().multiply({queries.row(first) + x_width, queries.stride(), 1,
                             head_.tail.sum_columns.data(), width, values_.data(), width, count,
                             width, queries.y_width, false});
    sent.begin.assign(1, 0);
    sent.keys.assign(block_.list(0), block_.list(count));
    sent.to_key.resize(sent.keys.size());
    for (int64_t row = 0; row < count; row += kGatheredRows) {
      const int64_t end = std::min(row + kGatheredRows, count);
      block_.multiply(row, end);
      block_.weigh(row, end, shifts_.data(), true);
      for (int64_t r = row; r < end; ++r) {
        sent.begin.push_back(sent.begin.back() + block_.size(r));
        add_row(queries, first, r, sent, tail_gradient);
      }
    }
    sent.to_value.assign(block_.weights(0), block_.weights(count));
    if (head_.tail.cells > 0) add_tail(queries, first, count, tail_gradient);
    if (rows_.query != nullptr)
      rows_.query->write(queries.range(first, count, x_width), grads_.data(), x_width,
                         rows_.query_factor);
  }

 private:
  /// h_i into the y columns of the queries; z_i and the shift of the weights.
  void read(HeadRows<T>& queries, int64_t first, int64_t count) {
    const int64_t y_width = queries.y_width;
    queries.read_y(*rows_.grad, first, count);
    std::vector<T> context(count * y_width);
    rows_.context->read(queries.range(first, count, y_width), context.data(), y_width);
    for (int64_t r = 0; r < count; ++r) {
      T* const h = queries.row(first + r) + queries.x_width;
      const T* const o = context.data() + r * y_width;
      const T norm = rows_.log_norm[segment_.positions[kQuery][first + r]];
      const bool empty = norm == -std::numeric_limits<T>::infinity();
      const T product = dot(h, o, y_width);
      shifts_[r] = head_.kernel.softmax && !empty ? norm : T(0);
      const T factor = empty ? T(0) : head_.kernel.softmax ? T(1) : std::exp(-norm);
      for (int64_t d = 0; d < y_width; ++d)
        h[d] = factor * (rows_.l2 ? h[d] - product * o[d] : h[d]);
      sum_grads_[r] = rows_.l2 ? T(0) : -factor * product;
    }
  }

  void add_row(const HeadRows<T>& queries, int64_t first, int64_t r, SentPairs<T>& sent,
               TailGradient<T>& tail_gradient) {
    const Tail<T>& tail = head_.tail;
    const int64_t x_width = queries.x_width, size = block_.size(r);
    const T* const query = queries.row(first + r);
    const PairList<T> pairs = block_.pairs(r);
    T* const grad = grads_.data() + r * x_width;
    // s of the pairs, then their coefficients (f′ − b) s.
    T* const s = sent.to_key.data() + sent.begin[r];
    kernels<T>().pair_products({pairs, query, x_width, queries.y_width, s});
    const T z = sum_grads_[r], tail_z = block_.raised(r) ? T(0) : z, slope = block_.slope(r);
    T* const cell_grads = values_.data() + r * tail.sum_rows;
    if (tail.cells > 0)
      for (int64_t c = 0; c < tail.cells; ++c) cell_grads[c] += tail_z * tail.counts[c];
    T slope_grad = 0;
    for (int64_t e = 0; e < size; ++e) {
      const T of_tail = s[e] + tail_z;
      if (tail.cells > 0) cell_grads[tail.cell[pairs.list[e]]] -= of_tail;
      slope_grad -= of_tail * block_.products(r)[e];
      s[e] = block_.slopes(r)[e] * (s[e] + z) - slope * of_tail;
    }
    kernels<T>().pair_combination({pairs, s, 0, x_width, grad});
    if (tail.cells == 0) return;

    T* const all = cell_grads + tail.width;  // Σ_j s_ij k_j
    add_scaled(all, tail_z, tail.key_sum.data(), x_width);
    slope_grad += dot(query, all, x_width);
    CellGradient<T> cells{
        block_.cell_products(r), block_.cell_slopes(r), tail.width, slope, cell_grads, 0};
    kernels<T>().cell_gradient(cells);
    const T mean_grad = (slope_grad - cells.product_sum) * block_.curvature(r);
    add_scaled(grad, slope, all, x_width);
    add_scaled(grad, mean_grad, tail.mean.data(), x_width);
    add_scaled(tail_gradient.key_sum.data(), slope * tail_z, query, x_width);
    add_scaled(tail_gradient.mean.data(), mean_grad, query, x_width);
  }

  /// Products of the whole block with the tail's parts.
  void add_tail(const HeadRows<T>& queries, int64_t first, int64_t count,
                TailGradient<T>& gradient) {
    const Tail<T>& tail = head_.tail;
    const int64_t x_width = queries.x_width, width = tail.sum_rows;
    const T* const rows = queries.row(first);
    kernels<T>().multiply({values_.data(), width, 1, tail.centres.data(), x_width, grads_.data(),
                           x_width, count, x_width, tail.width, true});
    kernels<T>().multiply({block_.combined(), 1, width, rows + x_width, queries.stride(),
                           gradient.sums.data(), tail.y_width, width, tail.y_width, count, true});
    kernels<T>().multiply({values_.data(), 1, width, rows, queries.stride(),
                           gradient.centres.data(), x_width, tail.width, x_width, count, true});
  }

  const Head<T>& head_;
  const Segment& segment_;
  const PairGradientRows<T>& rows_;
  Block<T> block_;
  std::vector<T> values_;  // [rows, tail.sum_rows]: gradients of offsets, then Σ_j s_ij k_j
  std::vector<T> grads_;
  std::vector<T> shifts_, sum_grads_;
};

/// All pairs by key: the queries that meet it, in order, and what they send.
template <class T>
struct ReceivedPairs {
  ReceivedPairs(const std::vector<SentPairs<T>>& sent, int64_t keys) : begin(keys + 1, 0) {
    for (const SentPairs<T>& block : sent)
      for (const int32_t key : block.keys) ++begin[key + 1];
    for (int64_t key = 0; key < keys; ++key) begin[key + 1] += begin[key];
    const auto size = static_cast<size_t>(begin[keys]);
    queries.resize(size);
    to_key.resize(size);
    to_value.resize(size);
    std::vector<int64_t> next(begin.begin(), begin.end() - 1);
    int32_t query = 0;
    for (const SentPairs<T>& block : sent)
      for (size_t row = 0; row + 1 < block.begin.size(); ++row, ++query)
        for (int64_t e = block.begin[row]; e < block.begin[row + 1]; ++e) {
          const int64_t at = next[block.keys[e]]++;
          queries[at] = query;
          to_key[at] = block.to_key[e];
          to_value[at] = block.to_value[e];
        }
  }
  std::vector<int64_t> begin;
  std::vector<int32_t> queries;
  std::vector<T> to_key, to_value;
};

template <class T>
void write_keys(const Head<T>& head, const HeadRows<T>& queries, const ReceivedPairs<T>& received,
                const TailGradient<T>& gradient, const PairGradientRows<T>& rows) {
  const Tail<T>& tail = head.tail;
  const HeadRows<T>& keys = head.keys;
  const int64_t x_width = keys.x_width, y_width = keys.y_width;
  // The gradient of Σ k vᵀ, as it is and transposed, and what every key of a cell receives.
  const T* const outer = gradient.sums.data() + tail.width * y_width;
  std::vector<T> transposed(x_width * y_width), of_cell(tail.width * x_width);
  if (tail.cells > 0) {
    for (int64_t d = 0; d < x_width; d += kTileRows)
      kernels<T>().transpose_rows(outer + d * y_width, y_width, transposed.data() + d, x_width);
    for (int64_t c = 0; c < tail.cells; ++c)
      for (int64_t d = 0; d < x_width; ++d)
        of_cell[c * x_width + d] =
            gradient.key_sum[d] + gradient.mean[d] / static_cast<T>(keys.count()) +
            (tail.counts[c] > 0 ? gradient.centres[c * x_width + d] / tail.counts[c] : T(0));
  }
  for_blocks(keys.count(), kBlockRows, [&] {
    return [&, key_grads = std::vector<T>(kBlockRows * x_width),
            value_grads = std::vector<T>(kBlockRows * y_width)](int64_t first,
                                                                int64_t count) mutable {
      std::fill(key_grads.begin(), key_grads.end(), T(0));
      std::fill(value_grads.begin(), value_grads.end(), T(0));
      for (int64_t r = 0; r < count; ++r) {
        const int64_t key = first + r, begin = received.begin[key];
        const PairList<T> pairs{received.queries.data() + begin, received.begin[key + 1] - begin,
                                queries.row(0), queries.stride()};
        T* const key_grad = key_grads.data() + r * x_width;
        T* const value_grad = value_grads.data() + r * y_width;
        kernels<T>().pair_combination(
            {pairs, received.to_key.data() + begin, 0, x_width, key_grad});
        kernels<T>().pair_combination(
            {pairs, received.to_value.data() + begin, x_width, y_width, value_grad});
        if (tail.cells == 0) continue;
        add_scaled(key_grad, T(1), of_cell.data() + tail.cell[key] * x_width, x_width);
        add_scaled(value_grad, T(1), gradient.sums.data() + tail.cell[key] * y_width, y_width);
      }
      if (tail.cells > 0) {
        kernels<T>().multiply({keys.row(first), keys.stride(), 1, outer, y_width,
                               value_grads.data(), y_width, count, y_width, x_width, true});
        kernels<T>().multiply({keys.row(first) + x_width, keys.stride(), 1, transposed.data(),
                               x_width, key_grads.data(), x_width, count, x_width, y_width, true});
      }
      if (rows.key != nullptr)
        rows.key->write(keys.range(first, count, x_width), key_grads.data(), x_width, T(1));
      if (rows.value != nullptr)
        rows.value->write(keys.range(first, count, y_width), value_grads.data(), y_width, T(1));
    };
  });
}

}  // namespace

template <class T>
void exact_pairs_backward(const Head<T>& head, HeadRows<T>& queries, const Segment& segment,
                          const PairGradientRows<T>& rows) {
  const int64_t blocks = (queries.count() + kBlockRows - 1) / kBlockRows;
  std::vector<SentPairs<T>> sent(blocks);
  const int64_t parts = std::max<int64_t>((queries.count() + kPartRows - 1) / kPartRows, 1);
  std::vector<TailGradient<T>> gradients(parts, TailGradient<T>(head.tail));
  for_blocks(queries.count(), kPartRows, [&] {
    return [&, side = QuerySide<T>(head, segment, rows)](int64_t first, int64_t count) mutable {
      for (int64_t row = first; row < first + count; row += kBlockRows)
        side.run(queries, row, std::min(kBlockRows, first + count - row), sent[row / kBlockRows],
                 gradients[first / kPartRows]);
    };
  });
  if (rows.key == nullptr && rows.value == nullptr) return;
  for (int64_t part = 1; part < parts; ++part) gradients[0].add(gradients[part]);
  write_keys(head, queries, ReceivedPairs<T>(sent, head.keys.count()), gradients[0], rows);
}

template void exact_pairs_backward(const Head<float>&, HeadRows<float>&, const Segment&,
                                   const PairGradientRows<float>&);
template void exact_pairs_backward(const Head<double>&, HeadRows<double>&, const Segment&,
                                   const PairGradientRows<double>&);

}  // namespace yoso::ops::cpu
