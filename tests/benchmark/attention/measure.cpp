#include "benchmark/attention/measure.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>

#include "benchmark/support/timing.h"
#include "yoso/ops/expected_attention.h"

namespace yoso::bench {
namespace {

constexpr int64_t kQueries = 256;

int64_t bytes_of(const at::Tensor& x) { return static_cast<int64_t>(x.nbytes()); }

struct Inputs {
  at::Tensor query, key, value, grad;
};

Inputs inputs_in(const Problem& problem, at::ScalarType type) {
  const auto copy = [type](const at::Tensor& x) {
    return x.to(type, /*non_blocking=*/false, /*copy=*/true);
  };
  return {copy(problem.query), copy(problem.key), copy(problem.value), copy(problem.grad)};
}

}  // namespace

DenseContexts::DenseContexts(const Problem& problem) {
  const at::NoGradGuard no_grad;
  const int64_t length = problem.real_length(), count = std::min(length, kQueries);
  std::optional<at::Tensor> key_mask;
  if (problem.mask.defined()) key_mask = problem.mask;
  queries_ = at::arange(count).mul_(length).div_(count, "floor");
  const at::Tensor queries = problem.query.index_select(2, queries_);
  const auto unit = [](const at::Tensor& x) { return x / x.norm(2, -1, true); };
  yoso_ = ops::expected_attention(unit(queries), unit(problem.key), problem.value, problem.bits, {},
                                  key_mask);
  softmax_ = at::scaled_dot_product_attention(
      queries, problem.key, problem.value,
      key_mask ? key_mask->view({problem.batch(), 1, 1, problem.length()}) : key_mask);
}

double DenseContexts::cosine(const at::Tensor& context, Dense dense) const {
  if (dense == Dense::none) return 0;
  const at::Tensor rows = context.index_select(2, queries_).to(at::kFloat);
  return at::cosine_similarity(rows, dense == Dense::yoso ? yoso_ : softmax_, -1)
      .mean()
      .item<double>();
}

Result measure_candidate(const Candidate& candidate, const Problem& problem, at::ScalarType type,
                         const DenseContexts& dense, double budget_s) {
  const Inputs inputs = inputs_in(problem, type);
  const Attention attention = candidate.make(problem);
  Result result;
  result.inputs = problem.inputs;
  result.attention = candidate.name;
  result.family = candidate.family;
  result.type = type == at::kFloat ? "float32" : "bfloat16";
  result.softmax = candidate.softmax;
  result.batch = problem.batch();
  result.heads = problem.heads();
  result.length = problem.length();
  result.head_dim = problem.head_dim();

  at::Tensor context;
  {
    const at::NoGradGuard no_grad;
    const Measured forward = measure(candidate.name + "/forward", budget_s, [&] {
      context.reset();
      context = attention.context(inputs.query, inputs.key, inputs.value);
    });
    result.forward_s = forward.seconds;
    result.forward_bytes = std::max<int64_t>(0, forward.peak_bytes - bytes_of(context));
    result.cosine = dense.cosine(context, candidate.dense);
    context.reset();
  }

  std::vector<at::Tensor> leaves = {inputs.query, inputs.key, inputs.value};
  for (at::Tensor& leaf : leaves) leaf.requires_grad_();
  leaves.insert(leaves.end(), attention.parameters.begin(), attention.parameters.end());
  int64_t result_bytes = 0;
  const Measured both = measure(candidate.name + "/forward and backward", budget_s, [&] {
    const at::Tensor made = attention.context(inputs.query, inputs.key, inputs.value);
    const auto grads = torch::autograd::grad({made}, leaves, {inputs.grad}, /*retain_graph=*/false,
                                             /*create_graph=*/false, /*allow_unused=*/true);
    result_bytes = bytes_of(made);
    for (const at::Tensor& grad : grads) result_bytes += grad.defined() ? bytes_of(grad) : 0;
  });
  result.both_s = both.seconds;
  result.both_bytes = std::max<int64_t>(0, both.peak_bytes - result_bytes);
  return result;
}

}  // namespace yoso::bench
