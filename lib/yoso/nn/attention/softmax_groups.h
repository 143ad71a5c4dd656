#pragma once

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <ATen/core/LegacyTypeDispatch.h>

#include <algorithm>
#include <cmath>

#include "yoso/nn/cpu/softmax_loops.h"

namespace yoso::nn {

/// Weights of a block of rows: a few such blocks fit in a cache.
inline constexpr int64_t kBlockWeights = 1 << 18;
/// Minimum rows of a block, so that its matrix products are efficient.
inline constexpr int64_t kFewestRows = 64;
/// Minimum number of groups that the heads of a small batch form, where it has as many heads.
inline constexpr int64_t kFewestGroups = 16;

/// The tensors of one attention, and how its work is divided. The unit of work is a block of query
/// rows of one head, or all rows of as many heads of a sequence as make such a block: short rows
/// are too little work for matrix products of their own.
struct SoftmaxProblem {
  at::Tensor query, key, value;  // [batch, heads, length, head_dim]
  at::Tensor usable;             // bool [batch, length] or undefined
  cpu::DropoutMask mask;

  int64_t heads() const { return query.size(1); }
  int64_t length() const { return query.size(2); }
  int64_t block() const {
    return std::min(length(), std::max(kFewestRows, kBlockWeights / length()));
  }
  /// Heads of a group: few enough to leave work for many threads. Does not depend on the number of
  /// threads, so that results do not either.
  int64_t together() const {
    const int64_t spread = query.size(0) * heads() / kFewestGroups;
    return std::clamp<int64_t>(std::min(spread, kBlockWeights / (length() * length())), 1, heads());
  }
  int64_t groups_of_sequence() const { return (heads() + together() - 1) / together(); }
  int64_t groups() const { return query.size(0) * groups_of_sequence(); }
};

/// Heads [first, first + heads) of a sequence.
struct HeadGroup {
  const SoftmaxProblem& problem;
  int64_t sequence, first, heads;

  HeadGroup(const SoftmaxProblem& problem, int64_t group)
      : problem(problem),
        sequence(group / problem.groups_of_sequence()),
        first(group % problem.groups_of_sequence() * problem.together()),
        heads(std::min(problem.together(), problem.heads() - first)) {}

  /// [heads, length, head_dim]
  at::Tensor of(const at::Tensor& x) const { return x.select(0, sequence).narrow(0, first, heads); }

  /// Index of row `row` of the first head in a tensor with a value for every row of every head.
  int64_t position(int64_t row) const {
    return (sequence * problem.heads() + first) * problem.length() + row;
  }

  /// Rows [row, row + count) of each head. With several heads these are all their rows, so that the
  /// rows of one head follow those of another.
  template <class T>
  cpu::SoftmaxRows<cpu::SoftmaxSum<T>> rows(int64_t row, int64_t count,
                                            cpu::SoftmaxSum<T>* scratch) const {
    cpu::SoftmaxRows<cpu::SoftmaxSum<T>> rows;
    rows.rows = heads * count;
    rows.columns = problem.length();
    rows.scale =
        static_cast<cpu::SoftmaxSum<T>>(1 / std::sqrt(static_cast<double>(problem.query.size(3))));
    if (problem.usable.defined())
      rows.usable = problem.usable.const_data_ptr<bool>() + sequence * problem.length();
    rows.mask = problem.mask;
    rows.position = position(row) * problem.length();
    rows.scratch = scratch;
    return rows;
  }
};

/// Calls work(begin, end) for ranges of groups, on all threads, below autograd and autocast:
/// LibTorch passes neither switch on to its threads.
template <class Work>
void for_each_group(const SoftmaxProblem& problem, const Work& work) {
  at::parallel_for(0, problem.groups(), 1, [&](int64_t begin, int64_t end) {
    const at::AutoDispatchBelowAutograd below_autograd;
    const c10::impl::ExcludeDispatchKeyGuard no_autocast(c10::autocast_dispatch_keyset);
    work(begin, end);
  });
}

/// into = a b for each head. A product of one matrix takes any strides of `into`; several at once
/// need contiguous memory.
inline void multiply_into(const at::Tensor& into, const at::Tensor& a, const at::Tensor& b) {
  if (a.size(0) == 1) {
    at::Tensor product = into.select(0, 0);
    at::mm_out(product, a.select(0, 0), b.select(0, 0));
  } else if (into.is_contiguous()) {
    at::Tensor product = into;
    at::bmm_out(product, a, b);
  } else {
    into.copy_(at::bmm(a, b));
  }
}

}  // namespace yoso::nn
