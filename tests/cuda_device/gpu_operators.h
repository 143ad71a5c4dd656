#pragma once

#include <c10/cuda/CUDAFunctions.h>
#include <gtest/gtest.h>

#include "support/device_sweep.h"

// The operators on a GPU, and tests that are skipped without one.

namespace yoso::testing {

inline const at::Device kGpu(at::kCUDA, 0);
inline const std::vector<std::string> kSampledGradients{"lower_bound", "unbiased",
                                                        "expected_lower_bound"};

inline AttentionResult to_cpu(const AttentionResult& r) {
  return {r.output.cpu(), r.query.cpu(), r.key.cpu(), r.value.cpu()};
}

class GpuOperators : public DeviceOperators {
 public:
  at::Tensor hyperplane_codes(const at::Tensor& x, const at::Tensor& planes,
                              const std::optional<at::Tensor>& mask) override {
    return ops::hyperplane_codes(x.to(kGpu), planes.to(kGpu), move(mask)).cpu();
  }
  at::Tensor hadamard_codes(const at::Tensor& x, const at::Tensor& signs, int64_t hashes,
                            int64_t bits, const std::optional<at::Tensor>& mask) override {
    return ops::hadamard_codes(x.to(kGpu), signs.to(kGpu), hashes, bits, move(mask)).cpu();
  }
  AttentionResult sampled(const AttentionProblem& p, const std::string& gradient) override {
    return to_cpu(run_sampled(to_device(p, kGpu), gradient));
  }
  AttentionResult expected(const AttentionProblem& p, const std::string& gradient) override {
    return to_cpu(run_expected(to_device(p, kGpu), gradient));
  }

 private:
  static std::optional<at::Tensor> move(const std::optional<at::Tensor>& mask) {
    return mask ? std::optional(mask->to(kGpu)) : std::nullopt;
  }
};

class GpuTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (c10::cuda::device_count() == 0) GTEST_SKIP() << "no CUDA device";
  }

  GpuOperators device;
};

inline std::vector<at::Tensor> parts(const AttentionResult& r) {
  return {r.output, r.query, r.key, r.value};
}

/// ±1, as hadamard_codes takes them.
inline at::Tensor random_signs(int64_t groups, int64_t passes, int64_t dim) {
  return (at::randint(2, {groups, passes, 3, dim}, at::TensorOptions(kGpu).dtype(at::kChar)) * 2 -
          1)
      .to(at::kChar);
}

}  // namespace yoso::testing
