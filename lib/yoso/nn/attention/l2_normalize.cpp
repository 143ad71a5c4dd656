#include "yoso/nn/attention/l2_normalize.h"

#include <ATen/ATen.h>
#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include "yoso/nn/attention/rows.h"
#include "yoso/nn/cpu/l2_loops.h"

namespace yoso::nn {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr int64_t kGrain = 1024;  // rows a thread

template <class T>
cpu::L2Rows<T> rows(const at::Tensor& x) {
  T* data = nullptr;
  if constexpr (std::is_const_v<T>) {
    data = x.const_data_ptr<std::remove_const_t<T>>();
  } else {
    data = x.mutable_data_ptr<T>();
  }
  return {data, {x.stride(0), x.stride(1), x.stride(2)}};
}

cpu::L2Shape shape_of(const at::Tensor& x) {
  return {{x.size(0), x.size(1), x.size(2)}, x.size(3)};
}

int64_t count_rows(const at::Tensor& x) { return x.size(0) * x.size(1) * x.size(2); }

/// x with contiguous rows.
at::Tensor with_whole_rows(const at::Tensor& x) {
  return x.size(-1) <= 1 || x.stride(-1) == 1 ? x : x.contiguous();
}

template <class Loop>
void for_type(at::ScalarType type, const Loop& loop) {
  AT_DISPATCH_FLOATING_TYPES_AND2(at::kBFloat16, at::kHalf, type, "l2_normalize",
                                  [&] { loop(scalar_t{}); });
}

/// For x of four dimensions on a CPU.
struct L2Function : torch::autograd::Function<L2Function> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& input) {
    const at::Tensor x = with_whole_rows(input);
    const at::Tensor y = empty_token_major(x);
    const auto sum_type = x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
    const at::Tensor inverse = at::empty({count_rows(x)}, x.options().dtype(sum_type));
    for_type(x.scalar_type(), [&](auto zero) {
      using T = decltype(zero);
      at::parallel_for(0, count_rows(x), kGrain, [&](int64_t begin, int64_t end) {
        cpu::l2_forward<T>(shape_of(x), rows<const T>(x), rows<T>(y),
                           inverse.mutable_data_ptr<cpu::L2Sum<T>>(), begin, end);
      });
    });
    context->save_for_backward({y, inverse});
    context->saved_data["head_major"] = x.is_contiguous();
    return y;
  }

  static variable_list backward(AutogradContext* context, variable_list grads) {
    TORCH_CHECK(!at::GradMode::is_enabled(), "l2_normalize: has no second derivative");
    const variable_list saved = context->get_saved_variables();
    const at::Tensor &y = saved[0], &inverse = saved[1];
    const at::Tensor grad = with_whole_rows(grads[0]);
    // In the memory layout of the input, so that the operator before it need not copy.
    const at::Tensor result = context->saved_data["head_major"].toBool()
                                  ? at::empty(y.sizes(), y.options())
                                  : empty_token_major(y);
    for_type(y.scalar_type(), [&](auto zero) {
      using T = decltype(zero);
      at::parallel_for(0, count_rows(y), kGrain, [&](int64_t begin, int64_t end) {
        cpu::l2_backward<T>(shape_of(y), rows<const T>(y), rows<const T>(grad),
                            inverse.const_data_ptr<cpu::L2Sum<T>>(), rows<T>(result), begin, end);
      });
    });
    return {result};
  }
};

at::Tensor composed(const at::Tensor& x) {
  const at::ScalarType type = x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
  const at::Tensor norm = at::linalg_vector_norm(x, 2, at::IntArrayRef{-1}, /*keepdim=*/true, type);
  // The factor norm > 0 is for the gradient: the reciprocal at a zero row is 1e12.
  return (x * (norm.clamp_min(1e-12).reciprocal() * norm.gt(0))).to(x.scalar_type());
}

}  // namespace

at::Tensor l2_normalize(const at::Tensor& x) {
  if (!x.device().is_cpu() || x.dim() != 4) return composed(x);
  return L2Function::apply(x);
}

}  // namespace yoso::nn
