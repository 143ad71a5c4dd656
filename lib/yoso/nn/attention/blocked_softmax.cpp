#include "yoso/nn/attention/blocked_softmax.h"

#include <ATen/ATen.h>
#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <ATen/core/LegacyTypeDispatch.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "yoso/nn/attention/rows.h"
#include "yoso/nn/cpu/softmax_loops.h"
#include "yoso/nn/dropout.h"

namespace yoso::nn {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

constexpr int64_t kBlockWeights = 1 << 18;  // of a block of rows: a few of these fit in a cache
constexpr int64_t kFewestRows = 64;         // of a block, for the matrix products' sake

/// One attention's tensors, and what each head of each sequence is computed with.
struct SoftmaxProblem {
  at::Tensor query, key, value;  // [batch, heads, length, head_dim]
  at::Tensor usable;             // bool [batch, length] or undefined
  cpu::DropoutMask mask;

  int64_t heads() const { return query.size(1); }
  int64_t length() const { return query.size(2); }
  int64_t pairs() const { return query.size(0) * heads(); }  // of a sequence and a head
  int64_t block() const {
    return std::min(length(), std::max(kFewestRows, kBlockWeights / length()));
  }
  at::Tensor of(const at::Tensor& x, int64_t pair) const {
    return x.select(0, pair / heads()).select(0, pair % heads());
  }

  /// The rows [first, first + count) of a pair.
  template <class T>
  cpu::SoftmaxRows<cpu::SoftmaxSum<T>> rows(int64_t pair, int64_t first, int64_t count,
                                            cpu::SoftmaxSum<T>* scratch) const {
    cpu::SoftmaxRows<cpu::SoftmaxSum<T>> rows;
    rows.rows = count;
    rows.columns = length();
    rows.scale = static_cast<cpu::SoftmaxSum<T>>(1 / std::sqrt(double(query.size(3))));
    if (usable.defined()) rows.usable = usable.const_data_ptr<bool>() + pair / heads() * length();
    rows.mask = mask;
    rows.position = (pair * length() + first) * length();
    rows.scratch = scratch;
    return rows;
  }
};

/// Work on pairs below autograd and autocast, on all threads: LibTorch hands neither switch to
/// them.
template <class Work>
void for_each_pair(const SoftmaxProblem& problem, const Work& work) {
  at::parallel_for(0, problem.pairs(), 1, [&](int64_t begin, int64_t end) {
    const at::AutoDispatchBelowAutograd below_autograd;
    const c10::impl::ExcludeDispatchKeyGuard no_autocast(c10::autocast_dispatch_keyset);
    work(begin, end);
  });
}

at::ScalarType sum_type(const at::Tensor& x) {
  return x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
}

template <class T>
void attend(const SoftmaxProblem& problem, const at::Tensor& context, const at::Tensor& log_sums) {
  using Sum = cpu::SoftmaxSum<T>;
  for_each_pair(problem, [&](int64_t begin, int64_t end) {
    const int64_t length = problem.length(), block = problem.block();
    const at::Tensor scores = at::empty({block, length}, problem.query.options());
    const at::Tensor scratch = at::empty({length}, log_sums.options());
    for (int64_t pair = begin; pair < end; ++pair) {
      const at::Tensor keys = problem.of(problem.key, pair).t();
      const at::Tensor values = problem.of(problem.value, pair);
      for (int64_t first = 0; first < length; first += block) {
        const int64_t count = std::min(block, length - first);
        at::Tensor weights = scores.narrow(0, 0, count);
        at::mm_out(weights, problem.of(problem.query, pair).narrow(0, first, count), keys);
        cpu::softmax_forward<T>(
            problem.rows<T>(pair, first, count, scratch.mutable_data_ptr<Sum>()),
            weights.mutable_data_ptr<T>(),
            log_sums.mutable_data_ptr<Sum>() + pair * length + first);
        at::Tensor into = problem.of(context, pair).narrow(0, first, count);
        at::mm_out(into, weights, values);
      }
    }
  });
}

struct Gradients {
  at::Tensor query, key, value;
};

template <class T>
void attend_backward(const SoftmaxProblem& problem, const at::Tensor& grad,
                     const at::Tensor& log_sums, const at::Tensor& along, const Gradients& into) {
  using Sum = cpu::SoftmaxSum<T>;
  for_each_pair(problem, [&](int64_t begin, int64_t end) {
    const int64_t length = problem.length(), dim = problem.query.size(3), block = problem.block();
    const at::Tensor scores = at::empty({block, length}, problem.query.options());
    const at::Tensor products = at::empty_like(scores);
    const at::Tensor scratch = at::empty({length}, log_sums.options());
    // Sums over blocks, in the wider type.
    const at::Tensor key_sum = at::empty({length, dim}, log_sums.options());
    const at::Tensor value_sum = at::empty_like(key_sum);
    for (int64_t pair = begin; pair < end; ++pair) {
      const at::Tensor queries = problem.of(problem.query, pair);
      const at::Tensor keys = problem.of(problem.key, pair);
      const at::Tensor values = problem.of(problem.value, pair).t();
      const at::Tensor grads = problem.of(grad, pair);
      for (int64_t first = 0; first < length; first += block) {
        const int64_t count = std::min(block, length - first);
        at::Tensor weights = scores.narrow(0, 0, count), slopes = products.narrow(0, 0, count);
        const at::Tensor query = queries.narrow(0, first, count);
        const at::Tensor out = grads.narrow(0, first, count);
        at::mm_out(weights, query, keys.t());
        at::mm_out(slopes, out, values);
        cpu::softmax_backward<T>(
            problem.rows<T>(pair, first, count, scratch.mutable_data_ptr<Sum>()),
            weights.mutable_data_ptr<T>(), slopes.mutable_data_ptr<T>(),
            log_sums.const_data_ptr<Sum>() + pair * length + first,
            along.const_data_ptr<Sum>() + pair * length + first);
        at::Tensor query_grad = problem.of(into.query, pair).narrow(0, first, count);
        at::mm_out(query_grad, slopes, keys);
        if (first == 0) {
          key_sum.copy_(at::mm(slopes.t(), query));
          value_sum.copy_(at::mm(weights.t(), out));
        } else {
          key_sum.add_(at::mm(slopes.t(), query));
          value_sum.add_(at::mm(weights.t(), out));
        }
      }
      problem.of(into.key, pair).copy_(key_sum);
      problem.of(into.value, pair).copy_(value_sum);
    }
  });
}

SoftmaxProblem problem_of(const variable_list& tensors, const cpu::DropoutMask& mask) {
  return {tensors[0], tensors[1], tensors[2], tensors[3], mask};
}

struct SoftmaxFunction : torch::autograd::Function<SoftmaxFunction> {
  static at::Tensor forward(AutogradContext* saved, const at::Tensor& query, const at::Tensor& key,
                            const at::Tensor& value, const std::optional<at::Tensor>& given,
                            double dropout) {
    const at::Tensor usable = given.value_or(at::Tensor());
    const auto draw = static_cast<int64_t>(dropout > 0 ? draw_dropout_key() : 0);
    saved->saved_data["draw"] = draw;
    saved->saved_data["dropout"] = dropout;
    const SoftmaxProblem problem =
        problem_of({query, key, value, usable}, {static_cast<uint64_t>(draw), dropout});
    const at::Tensor context = empty_token_major(query);
    const at::Tensor log_sums = at::empty({query.size(0), query.size(1), query.size(2)},
                                          query.options().dtype(sum_type(query)));
    AT_DISPATCH_FLOATING_TYPES_AND(at::kBFloat16, query.scalar_type(), "blocked_softmax",
                                   [&] { attend<scalar_t>(problem, context, log_sums); });
    saved->save_for_backward({query, key, value, usable, context, log_sums});
    return context;
  }

  static variable_list backward(AutogradContext* saved, variable_list grads) {
    TORCH_CHECK(!at::GradMode::is_enabled(), "blocked_softmax: has no second derivative");
    const variable_list kept = saved->get_saved_variables();
    const SoftmaxProblem problem =
        problem_of(kept, {static_cast<uint64_t>(saved->saved_data["draw"].toInt()),
                          saved->saved_data["dropout"].toDouble()});
    const at::Tensor &context = kept[4], &log_sums = kept[5];
    const at::Tensor grad = grads[0].to(context.scalar_type());
    const at::Tensor along =
        (grad.to(log_sums.scalar_type()) * context.to(log_sums.scalar_type())).sum(-1).contiguous();
    const Gradients into{empty_token_major(context), empty_token_major(context),
                         empty_token_major(context)};
    AT_DISPATCH_FLOATING_TYPES_AND(at::kBFloat16, context.scalar_type(), "blocked_softmax", [&] {
      attend_backward<scalar_t>(problem, grad, log_sums, along, into);
    });
    return {into.query, into.key, into.value, Variable(), Variable()};
  }
};

}  // namespace

bool has_blocked_softmax(const at::Tensor& query) {
  const at::ScalarType type = query.scalar_type();
  return query.device().is_cpu() &&
         (type == at::kFloat || type == at::kDouble || type == at::kBFloat16);
}

at::Tensor blocked_softmax(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                           const at::Tensor& usable, double dropout) {
  at::ScalarType type = query.scalar_type();
  if (at::autocast::is_autocast_enabled(at::kCPU) && type != at::kDouble)
    type = at::autocast::get_autocast_dtype(at::kCPU);
  // No input of a function may be undefined, but there may be none.
  std::optional<at::Tensor> kept;
  if (usable.defined()) kept = usable.contiguous();
  return SoftmaxFunction::apply(query.to(type), key.to(type), value.to(type), kept, dropout);
}

}  // namespace yoso::nn
