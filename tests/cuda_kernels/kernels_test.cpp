#include <gtest/gtest.h>

#include "support/device_sweep.h"
#include "yoso/ops/cuda/operators.h"
#include "yoso/ops/kernels/simulator/block.h"

// The CUDA operators, executed by the simulator, against the CPU's.

namespace yoso::ops {
namespace {

using testing::AttentionProblem;
using testing::AttentionResult;
using testing::SweepCase;

class SimulatedOperators : public testing::DeviceOperators {
 public:
  at::Tensor hyperplane_codes(const at::Tensor& x, const at::Tensor& planes,
                              const std::optional<at::Tensor>& mask) override {
    return cuda::hyperplane_codes(x, planes, mask);
  }
  at::Tensor hadamard_codes(const at::Tensor& x, const at::Tensor& signs, int64_t hashes,
                            int64_t bits, const std::optional<at::Tensor>& mask) override {
    return cuda::hadamard_codes(x, signs, hashes, bits, mask);
  }
  AttentionResult sampled(const AttentionProblem& p, const std::string& gradient) override {
    AttentionResult r;
    r.output = cuda::sampled_attention(p.query, p.key, p.value, p.query_codes, p.key_codes, p.bits,
                                       p.query_mask, p.key_mask, gradient);
    std::tie(r.query, r.key, r.value) = cuda::sampled_attention_backward(
        p.grad, p.query, p.key, p.value, p.query_codes, p.key_codes, p.bits, p.query_mask,
        p.key_mask, gradient, true, true, true);
    return r;
  }
  AttentionResult expected(const AttentionProblem& p, const std::string& gradient) override {
    AttentionResult r;
    r.output = cuda::expected_attention(p.query, p.key, p.value, p.bits, p.query_mask, p.key_mask,
                                        gradient);
    std::tie(r.query, r.key, r.value) =
        cuda::expected_attention_backward(p.grad, p.query, p.key, p.value, p.bits, p.query_mask,
                                          p.key_mask, gradient, true, true, true);
    return r;
  }
};

class Simulated : public ::testing::TestWithParam<SweepCase> {
 protected:
  SimulatedOperators device;
};

TEST_P(Simulated, Codes) { testing::expect_codes_parity(device, GetParam(), 61); }

TEST_P(Simulated, SampledAttention) { testing::expect_sampled_parity(device, GetParam(), 62); }

TEST_P(Simulated, ExpectedAttention) { testing::expect_expected_parity(device, GetParam(), 63); }

INSTANTIATE_TEST_SUITE_P(Kernels, Simulated, ::testing::ValuesIn(testing::sweep_cases()));

}  // namespace
}  // namespace yoso::ops
