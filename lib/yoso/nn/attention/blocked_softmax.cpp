#include "yoso/nn/attention/blocked_softmax.h"

#include <ATen/ATen.h>
#include <ATen/Dispatch.h>
#include <ATen/autocast_mode.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <optional>

#include "yoso/nn/attention/rows.h"
#include "yoso/nn/attention/softmax_groups.h"
#include "yoso/nn/dropout.h"

namespace yoso::nn {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

at::ScalarType sum_type(const at::Tensor& x) {
  return x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
}

template <class T>
void attend(const SoftmaxProblem& problem, const at::Tensor& context, const at::Tensor& log_sums) {
  using Sum = cpu::SoftmaxSum<T>;
  for_each_group(problem, [&](int64_t begin, int64_t end) {
    const int64_t length = problem.length(), block = problem.block();
    const at::Tensor scores =
        at::empty({problem.together(), block, length}, problem.query.options());
    const at::Tensor scratch = at::empty({length}, log_sums.options());
    for (int64_t index = begin; index < end; ++index) {
      const HeadGroup group(problem, index);
      const at::Tensor queries = group.of(problem.query), values = group.of(problem.value);
      const at::Tensor keys = group.of(problem.key).transpose(1, 2);
      for (int64_t first = 0; first < length; first += block) {
        const int64_t count = std::min(block, length - first);
        const at::Tensor weights = scores.narrow(0, 0, group.heads).narrow(1, 0, count);
        multiply_into(weights, queries.narrow(1, first, count), keys);
        cpu::softmax_forward<T>(group.rows<T>(first, count, scratch.mutable_data_ptr<Sum>()),
                                weights.mutable_data_ptr<T>(),
                                log_sums.mutable_data_ptr<Sum>() + group.position(first));
        multiply_into(group.of(context).narrow(1, first, count), weights, values);
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
  for_each_group(problem, [&](int64_t begin, int64_t end) {
    const int64_t length = problem.length(), block = problem.block();
    const at::Tensor scores =
        at::empty({problem.together(), block, length}, problem.query.options());
    const at::Tensor products = at::empty_like(scores);
    const at::Tensor scratch = at::empty({length}, log_sums.options());
    for (int64_t index = begin; index < end; ++index) {
      const HeadGroup group(problem, index);
      const at::Tensor queries = group.of(problem.query), keys = group.of(problem.key);
      const at::Tensor values = group.of(problem.value).transpose(1, 2), grads = group.of(grad);
      at::Tensor key_sum, value_sum;  // over blocks, in the wider type
      for (int64_t first = 0; first < length; first += block) {
        const int64_t count = std::min(block, length - first);
        const at::Tensor weights = scores.narrow(0, 0, group.heads).narrow(1, 0, count);
        const at::Tensor slopes = products.narrow(0, 0, group.heads).narrow(1, 0, count);
        const at::Tensor query = queries.narrow(1, first, count);
        const at::Tensor out = grads.narrow(1, first, count);
        multiply_into(weights, query, keys.transpose(1, 2));
        multiply_into(slopes, out, values);
        cpu::softmax_backward<T>(group.rows<T>(first, count, scratch.mutable_data_ptr<Sum>()),
                                 weights.mutable_data_ptr<T>(), slopes.mutable_data_ptr<T>(),
                                 log_sums.const_data_ptr<Sum>() + group.position(first),
                                 along.const_data_ptr<Sum>() + group.position(first));
        multiply_into(group.of(into.query).narrow(1, first, count), slopes, keys);
        if (count == length) {
          multiply_into(group.of(into.key), slopes.transpose(1, 2), query);
          multiply_into(group.of(into.value), weights.transpose(1, 2), out);
        } else if (first == 0) {
          key_sum = at::bmm(slopes.transpose(1, 2), query).to(log_sums.scalar_type());
          value_sum = at::bmm(weights.transpose(1, 2), out).to(log_sums.scalar_type());
        } else {
          key_sum.add_(at::bmm(slopes.transpose(1, 2), query));
          value_sum.add_(at::bmm(weights.transpose(1, 2), out));
        }
      }
      if (!key_sum.defined()) continue;
      group.of(into.key).copy_(key_sum);
      group.of(into.value).copy_(value_sum);
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
  // An autograd function takes no undefined tensor, but an empty optional.
  std::optional<at::Tensor> kept;
  if (usable.defined()) kept = usable.contiguous();
  return SoftmaxFunction::apply(query.to(type), key.to(type), value.to(type), kept, dropout);
}

}  // namespace yoso::nn
