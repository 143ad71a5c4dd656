#pragma once

#include <c10/core/Device.h>
#include <torch/nn/module.h>

#include <functional>
#include <memory>
#include <optional>

namespace yoso::nn {

/// What a module is set to after its construction, beside parameters, buffers and mode.
class HasSettings {
 public:
  virtual ~HasSettings() = default;
  virtual void copy_settings(const torch::nn::Module& from) = 0;
};

/// Gives `to` copies of the parameters and buffers of `from`, a module built from the same
/// arguments, on their devices or all on `device`, its mode and the settings of its modules.
void copy_state(const torch::nn::Module& from, torch::nn::Module& to,
                const std::optional<c10::Device>& device);

/// A module with clone(). torch::nn::Cloneable rebuilds a module by a reset() that takes nothing;
/// here it is built again from the arguments of its constructor, which the constructor hands to
/// built_from(), and then gets copies of all parameters and buffers.
/// Parameters that another module owns (AttentionShape::first) are copied with the whole encoder; a
/// lone layer's copy shares them with the original.
template <class Derived>
class Cloneable : public torch::nn::Module {
 public:
  std::shared_ptr<torch::nn::Module> clone(
      const std::optional<torch::Device>& device = std::nullopt) const override {
    const std::shared_ptr<Derived> copy = build_();
    copy_state(*this, *copy, device);
    return copy;
  }

 protected:
  template <class... Arguments>
  void built_from(const Arguments&... arguments) {
    build_ = [=] { return std::make_shared<Derived>(arguments...); };
  }

 private:
  std::function<std::shared_ptr<Derived>()> build_;
};

}  // namespace yoso::nn
