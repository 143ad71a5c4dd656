#include "yoso/nn/dropout.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <mutex>

#include "yoso/nn/cpu/dropout_loops.h"

namespace yoso::nn {

namespace {

using cpu::DropoutMask;
using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

constexpr int64_t kGrain = 1 << 16;  // values a thread

/// Types in and out that the loops are compiled for: equal ones, and float32 to a half.
bool has_loop(at::ScalarType from, at::ScalarType to) {
  const bool half = to == at::kBFloat16 || to == at::kHalf;
  return (from == to && (half || to == at::kFloat || to == at::kDouble)) ||
         (from == at::kFloat && half);
}

template <class Loop>
void for_type(at::ScalarType type, const Loop& loop) {
  if (type == at::kFloat) return loop(float{});
  if (type == at::kDouble) return loop(double{});
  if (type == at::kHalf) return loop(c10::Half{});
  loop(c10::BFloat16{});
}

at::Tensor masked(const at::Tensor& x, at::ScalarType type, const DropoutMask& mask) {
  const at::Tensor from = x.contiguous();
  at::Tensor to = at::empty(from.sizes(), from.options().dtype(type));
  for_type(type, [&](auto zero) {
    using To = decltype(zero);
    const auto run = [&](const auto* source) {
      at::parallel_for(0, from.numel(), kGrain, [&](int64_t begin, int64_t end) {
        cpu::dropout_loop(source, to.data_ptr<To>(), begin, end, mask);
      });
    };
    if (from.scalar_type() == type) {
      run(from.const_data_ptr<To>());
    } else if constexpr (!std::is_same_v<To, double>) {
      run(from.const_data_ptr<float>());
    }
  });
  return to;
}

at::Tensor masked_sum(const at::Tensor& residual, const at::Tensor& x, const DropoutMask& mask) {
  const at::Tensor base = residual.contiguous(), from = x.contiguous();
  at::Tensor to = at::empty_like(base);
  for_type(x.scalar_type(), [&](auto zero) {
    using From = decltype(zero);
    const auto run = [&](auto* target, const auto* source) {
      at::parallel_for(0, from.numel(), kGrain, [&](int64_t begin, int64_t end) {
        cpu::dropout_add_loop(source, from.const_data_ptr<From>(), target, begin, end, mask);
      });
    };
    if (base.scalar_type() == x.scalar_type()) {
      run(to.data_ptr<From>(), base.const_data_ptr<From>());
    } else if constexpr (!std::is_same_v<From, double>) {
      run(to.data_ptr<float>(), base.const_data_ptr<float>());
    }
  });
  return to;
}

/// dropout(x) with a mask, cast to `type`. Linear, so its backward is itself, to any order.
struct MaskFunction : torch::autograd::Function<MaskFunction> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, at::ScalarType type,
                            int64_t key, double p) {
    context->saved_data["type"] = x.scalar_type();
    context->saved_data["key"] = key;
    context->saved_data["p"] = p;
    return masked(x, type, {static_cast<uint64_t>(key), p});
  }
  static variable_list backward(AutogradContext* context, variable_list grads) {
    const at::ScalarType type = context->saved_data["type"].toScalarType();
    return {apply(grads[0].to(at::promote_types(grads[0].scalar_type(), type)), type,
                  context->saved_data["key"].toInt(), context->saved_data["p"].toDouble()),
            Variable(), Variable(), Variable()};
  }
};

/// residual + dropout(x) with a mask.
struct MaskedSumFunction : torch::autograd::Function<MaskedSumFunction> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& residual,
                            const at::Tensor& x, int64_t key, double p) {
    context->saved_data["type"] = x.scalar_type();
    context->saved_data["key"] = key;
    context->saved_data["p"] = p;
    return masked_sum(residual, x, {static_cast<uint64_t>(key), p});
  }
  static variable_list backward(AutogradContext* context, variable_list grads) {
    return {grads[0],
            MaskFunction::apply(grads[0], context->saved_data["type"].toScalarType(),
                                context->saved_data["key"].toInt(),
                                context->saved_data["p"].toDouble()),
            Variable(), Variable()};
  }
};

}  // namespace

uint64_t draw_dropout_key() {
  auto* generator = at::get_generator_or_default<at::CPUGeneratorImpl>(
      std::nullopt, at::detail::getDefaultCPUGenerator());
  const std::lock_guard<std::mutex> lock(generator->mutex_);
  return generator->random64();
}

DropoutImpl::DropoutImpl(double p) : p(p) {
  built_from(p);
  TORCH_CHECK(p >= 0 && p <= 1, "Dropout: p must be in [0, 1], not ", p);
}

at::Tensor DropoutImpl::forward(const at::Tensor& x) {
  if (!is_training() || p == 0) return x;
  if (!x.device().is_cpu() || !has_loop(x.scalar_type(), x.scalar_type()))
    return at::dropout(x, p, /*train=*/true);
  return MaskFunction::apply(x, x.scalar_type(), static_cast<int64_t>(draw_dropout_key()), p);
}

at::Tensor DropoutImpl::add(const at::Tensor& residual, const at::Tensor& x) {
  const bool one_pass = is_training() && p > 0 && x.device().is_cpu() &&
                        residual.sizes() == x.sizes() &&
                        has_loop(residual.scalar_type(), x.scalar_type());
  if (!one_pass) return residual + forward(x);
  return MaskedSumFunction::apply(residual, x, static_cast<int64_t>(draw_dropout_key()), p);
}

void DropoutImpl::pretty_print(std::ostream& stream) const {
  stream << "yoso::nn::Dropout(p=" << p << ")";
}

}  // namespace yoso::nn
