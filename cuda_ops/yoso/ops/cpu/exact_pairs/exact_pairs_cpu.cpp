#include <ATen/ops/zeros.h>
#include <torch/library.h>

#include "yoso/ops/cpu/buffer.h"
#include "yoso/ops/cpu/exact_pairs/backward.h"
#include "yoso/ops/cpu/exact_pairs/forward.h"
#include "yoso/ops/cpu/results.h"
#include "yoso/ops/exact_pairs_arguments.h"

namespace yoso::ops {
namespace {

/// What all heads share.
struct Problem {
  Problem(const char* op_name, const PairTensors& t, const ExactPairs& pairs)
      : op(op_name),
        pairs(pairs),
        codes{t.query_codes, t.key_codes},
        query(t.query),
        key(t.key),
        value(t.value),
        heads(t.query.size(1)),
        queries(t.query_mask, t.query.size(0), t.query.size(2)),
        keys(t.key_mask, t.key.size(0), t.key.size(2)),
        segments(cpu::find_segments(op, queries, keys, t.query.size(0), t.document)) {}

  const char* op;
  const ExactPairs& pairs;
  at::Tensor codes[2];
  cpu::RowReader query, key, value;
  int64_t heads;
  cpu::ValidRows queries, keys;
  std::vector<cpu::Segment> segments;

  cpu::PairKernel kernel() const { return {pairs.kernel == "softmax", pairs.bits}; }
  double query_factor() const { return pairs.kernel == "softmax" ? pairs.scale : 1.0; }
  int64_t cells() const {
    return pairs.tail == "cells" ? pairs.cells : pairs.tail == "linear" ? 1 : 0;
  }
  bool l2() const { return pairs.normalize == "l2"; }
};

/// Calls work(head, queries, keys' segment, number of the head) for every segment and head: heads in
/// parallel where there are enough for all workers, else one by one, each with all workers.
template <class T, class Work>
void for_each_head(const Problem& p, const Work& work) {
  const auto units = static_cast<int64_t>(p.segments.size()) * p.heads;
  const bool in_parallel = units >= at::get_num_threads();
  // Memory of each worker for the longest segment: the same from call to call.
  int64_t longest[2] = {0, 0};
  for (const cpu::Segment& segment : p.segments)
    for (cpu::Side side : {cpu::kQuery, cpu::kKey})
      longest[side] = std::max(longest[side], segment.count[side]);
  const auto elements = [&](cpu::Side side) {
    return cpu::HeadRows<T>::elements(longest[side], p.query.width(), p.value.width());
  };
  const int64_t of_worker = elements(cpu::kQuery) + elements(cpu::kKey);
  cpu::Buffer<T> memory((in_parallel ? at::get_num_threads() : 1) * of_worker);
  const auto run = [&](int64_t unit, int64_t worker) {
    const cpu::Segment& segment = p.segments[unit / p.heads];
    const int64_t head = unit % p.heads;
    T* const rows = memory.data() + worker * of_worker;
    cpu::HeadRows<T> queries(segment, head, cpu::kQuery, p.query.width(), p.value.width(), rows);
    cpu::HeadRows<T> keys(segment, head, cpu::kKey, p.key.width(), p.value.width(),
                          rows + elements(cpu::kQuery));
    const T factor = static_cast<T>(p.query_factor());
    cpu::for_blocks(queries.count(), cpu::kBlockRows, [&] {
      return [&](int64_t first, int64_t count) {
        queries.read_x(p.query, first, count);
        if (factor == T(1)) return;
        for (int64_t r = first; r < first + count; ++r)
          for (int64_t d = 0; d < queries.x_width; ++d) queries.row(r)[d] *= factor;
      };
    });
    cpu::for_blocks(keys.count(), cpu::kBlockRows, [&] {
      return [&](int64_t first, int64_t count) {
        keys.read_x(p.key, first, count);
        keys.read_y(p.value, first, count);
      };
    });
    const cpu::PairFinder finder(p.op, segment, head, p.codes, p.pairs);
    const cpu::Tail<T> tail(keys, finder.spread_keys(p.cells()));
    work(cpu::Head<T>{queries, keys, finder, tail, p.kernel()}, queries, segment,
         segment.sequence * p.heads + head);
  };
  if (in_parallel) {
    at::parallel_for(0, units, 1, [&](int64_t begin, int64_t end) {
      for (int64_t unit = begin; unit < end; ++unit) run(unit, at::get_thread_num());
    });
  } else {
    for (int64_t unit = 0; unit < units; ++unit) run(unit, 0);
  }
}

template <class T>
void run_forward(const Problem& p, const at::Tensor& context, const at::Tensor& log_norm) {
  const cpu::RowWriter rows(context);
  T* const logs = log_norm.data_ptr<T>();
  for_each_head<T>(p, [&](const cpu::Head<T>& head, cpu::HeadRows<T>&, const cpu::Segment& segment,
                          int64_t number) {
    cpu::exact_pairs_forward(head, segment, p.l2(), rows, logs + number * log_norm.size(2));
  });
}

PairResults exact_pairs_cpu(const PairTensors& t, const ExactPairs& pairs) {
  check_exact_pairs(nullptr, t, pairs);
  const Problem problem("exact_pairs_attention", t, pairs);
  const bool wide = cpu::needs_double(t.query, t.value);
  const at::Tensor context =
      cpu::new_rows({t.query.size(0), t.query.size(1), t.query.size(2), t.value.size(3)},
                    t.value.options(), t.query_mask);
  const at::Tensor log_norm = at::zeros({t.query.size(0), t.query.size(1), t.query.size(2)},
                                        t.value.options().dtype(wide ? at::kDouble : at::kFloat));
  (wide ? run_forward<double> : run_forward<float>)(problem, context, log_norm);
  return {context, log_norm};
}

template <class T>
void run_backward(const Problem& p, const PairGradient& gradient, const cpu::Gradients& gradients) {
  const cpu::RowReader grad(gradient.grad), context(gradient.context);
  const at::Tensor log_norm = gradient.log_norm.contiguous();
  for_each_head<T>(p, [&](const cpu::Head<T>& head, cpu::HeadRows<T>& queries,
                          const cpu::Segment& segment, int64_t number) {
    cpu::exact_pairs_backward(
        head, queries, segment,
        cpu::PairGradientRows<T>{
            &grad, &context, log_norm.const_data_ptr<T>() + number * log_norm.size(2),
            gradients.query_writer(), gradients.key_writer(), gradients.value_writer(),
            static_cast<T>(p.query_factor()), p.l2()});
  });
}

PairGradients3 exact_pairs_backward_cpu(const PairGradient& gradient, const PairTensors& t,
                                        const ExactPairs& pairs) {
  check_exact_pairs(&gradient, t, pairs);
  const Problem problem("_exact_pairs_attention_backward", t, pairs);
  const cpu::Gradients gradients(t.query, t.key, t.value, t.query_mask, t.key_mask,
                                 gradient.needed);
  const bool wide = cpu::needs_double(t.query, t.value);
  (wide ? run_backward<double> : run_backward<float>)(problem, gradient, gradients);
  return gradients.tensors();
}

}  // namespace

TORCH_LIBRARY_IMPL(yoso, CPU, library) {
  library.impl("exact_pairs_attention", unpack<exact_pairs_cpu>);
  library.impl("_exact_pairs_attention_backward", unpack_backward<exact_pairs_backward_cpu>);
}

}  // namespace yoso::ops
