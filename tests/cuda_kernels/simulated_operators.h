#pragma once

#include "support/device_sweep.h"
#include "yoso/ops/cuda/operators.h"
#include "yoso/ops/kernels/simulator/block.h"

namespace yoso::testing {

/// The functions behind the CUDA key, executed by the simulator.
class SimulatedOperators : public DeviceOperators {
 public:
  at::Tensor hyperplane_codes(const at::Tensor& x, const at::Tensor& planes,
                              const std::optional<at::Tensor>& mask) override {
    return ops::cuda::hyperplane_codes(x, planes, mask);
  }
  at::Tensor hadamard_codes(const at::Tensor& x, const at::Tensor& signs, int64_t hashes,
                            int64_t bits, const std::optional<at::Tensor>& mask) override {
    return ops::cuda::hadamard_codes(x, signs, hashes, bits, mask);
  }
  AttentionResult sampled(const AttentionProblem& p, const std::string& gradient) override {
    AttentionResult r;
    r.output = ops::cuda::sampled_attention(p.query, p.key, p.value, p.query_codes, p.key_codes,
                                            p.bits, p.query_mask, p.key_mask, gradient);
    std::tie(r.query, r.key, r.value) = ops::cuda::sampled_attention_backward(
        p.grad, p.query, p.key, p.value, p.query_codes, p.key_codes, p.bits, p.query_mask,
        p.key_mask, gradient, true, true, true);
    return r;
  }
  AttentionResult expected(const AttentionProblem& p, const std::string& gradient) override {
    AttentionResult r;
    r.output = ops::cuda::expected_attention(p.query, p.key, p.value, p.bits, p.query_mask,
                                             p.key_mask, gradient);
    std::tie(r.query, r.key, r.value) = ops::cuda::expected_attention_backward(
        p.grad, p.query, p.key, p.value, p.bits, p.query_mask, p.key_mask, gradient, true, true,
        true);
    return r;
  }
};

/// Settings of the simulator for a scope.
class SimulatorSettings {
 public:
  explicit SimulatorSettings(const ops::kernels::simulator::Settings& settings)
      : before_(ops::kernels::simulator::settings()) {
    ops::kernels::simulator::settings() = settings;
  }
  ~SimulatorSettings() { ops::kernels::simulator::settings() = before_; }

 private:
  ops::kernels::simulator::Settings before_;
};

}  // namespace yoso::testing
