#include "yoso/nn/activation_checkpointing.h"

#include <ATen/Context.h>
#include <ATen/autocast_mode.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/custom_class.h>

#include <mutex>
#include <utility>

namespace yoso::nn {

namespace {

at::Tensor generator_state(c10::Device device) {
  at::Generator generator = at::globalContext().defaultGenerator(device);
  const std::lock_guard lock(generator.mutex());
  return generator.get_state();
}

void set_generator_state(c10::Device device, const at::Tensor& state) {
  at::Generator generator = at::globalContext().defaultGenerator(device);
  const std::lock_guard lock(generator.mutex());
  generator.set_state(state);
}

/// Sets the generator to `state` for the life of the object.
class GeneratorGuard {
 public:
  GeneratorGuard(c10::Device device, const at::Tensor& state)
      : device_(device), kept_(generator_state(device)) {
    set_generator_state(device, state);
  }
  ~GeneratorGuard() { set_generator_state(device_, kept_); }
  GeneratorGuard(const GeneratorGuard&) = delete;
  GeneratorGuard& operator=(const GeneratorGuard&) = delete;

 private:
  c10::Device device_;
  at::Tensor kept_;
};

struct AutocastState {
  bool enabled = false;
  c10::ScalarType type = c10::kFloat;
  bool cache = true;

  static AutocastState of(c10::DeviceType device) {
    return {at::autocast::is_autocast_enabled(device), at::autocast::get_autocast_dtype(device),
            at::autocast::is_autocast_cache_enabled()};
  }
  void set(c10::DeviceType device) const {
    at::autocast::set_autocast_enabled(device, enabled);
    at::autocast::set_autocast_dtype(device, type);
    at::autocast::set_autocast_cache_enabled(cache);
  }
};

/// Sets autocast to `state` for the life of the object.
class AutocastStateGuard {
 public:
  AutocastStateGuard(c10::DeviceType device, const AutocastState& state)
      : device_(device), kept_(AutocastState::of(device)) {
    state.set(device);
  }
  ~AutocastStateGuard() { kept_.set(device_); }
  AutocastStateGuard(const AutocastStateGuard&) = delete;
  AutocastStateGuard& operator=(const AutocastStateGuard&) = delete;

 private:
  c10::DeviceType device_;
  AutocastState kept_;
};

struct Call : torch::CustomClassHolder {
  std::function<at::Tensor(const at::Tensor&)> function;
  at::Tensor generator;
  AutocastState autocast;
};

class Checkpointed : public torch::autograd::Function<Checkpointed> {
 public:
  // `parameter` only makes the result need a gradient.
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& input,
                            const at::Tensor& /*parameter*/, const c10::intrusive_ptr<Call>& call) {
    const c10::Device device = input.device();
    call->generator = generator_state(device);
    call->autocast = AutocastState::of(device.type());
    // A weight that is cast here, where no gradient is recorded, must not be found in the cache
    // later on.
    call->autocast.cache = false;
    const AutocastStateGuard guard(device.type(), call->autocast);
    context->save_for_backward({input});
    context->saved_data["call"] = c10::IValue::make_capsule(call);
    return call->function(input);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& grads) {
    TORCH_CHECK(!at::GradMode::is_enabled(), "activation checkpointing: no gradient of a gradient");
    const auto call =
        c10::static_intrusive_pointer_cast<Call>(context->saved_data["call"].toCapsule());
    const at::Tensor saved = context->get_saved_variables()[0];
    const at::Tensor input = saved.detach().requires_grad_(true);
    at::Tensor output;
    {
      const at::AutoGradMode recording(true);
      const GeneratorGuard generator(input.device(), call->generator);
      const AutocastStateGuard autocast(input.device().type(), call->autocast);
      output = call->function(input);
    }
    torch::autograd::backward({output}, {grads[0]});
    return {input.grad(), at::Tensor(), at::Tensor()};
  }
};

}  // namespace

at::Tensor checkpointed(std::function<at::Tensor(const at::Tensor&)> function,
                        const at::Tensor& input, const at::Tensor& parameter) {
  if (!at::GradMode::is_enabled()) return function(input);
  auto call = c10::make_intrusive<Call>();
  call->function = std::move(function);
  return Checkpointed::apply(input, parameter, call);
}

}  // namespace yoso::nn
