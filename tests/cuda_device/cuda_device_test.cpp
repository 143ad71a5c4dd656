#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/cuda/CUDAGuard.h>

#include "cuda_device/gpu_operators.h"

// The operators on a GPU: parity with the CPU over the sweep that the simulated kernels pass too,
// the same bits from run to run, other streams. Without a GPU all of it is skipped.
// scripts/gpu-check.sh runs this folder; the suite named Small also under compute-sanitizer.

namespace yoso::ops {
namespace {

using testing::AttentionProblem;
using testing::AttentionResult;
using testing::kGpu;
using testing::kSampledGradients;
using testing::random_problem;
using testing::SweepCase;

/// Needs no GPU.
TEST(CudaKey, HasEveryOperator) {
  for (const char* name : {"yoso::hyperplane_codes", "yoso::hadamard_codes",
                           "yoso::sampled_attention", "yoso::_sampled_attention_backward",
                           "yoso::expected_attention", "yoso::_expected_attention_backward"}) {
    const auto op = c10::Dispatcher::singleton().findSchema({name, ""});
    ASSERT_TRUE(op) << name;
    EXPECT_TRUE(op->hasKernelForDispatchKey(c10::DispatchKey::CUDA)) << name;
  }
}

class GpuSmallSweep : public testing::GpuTest {};
class GpuSweep : public testing::GpuTest {};
class GpuRepeats : public testing::GpuTest {};
class GpuStreams : public testing::GpuTest {};

void for_each(const std::vector<SweepCase>& cases,
              const std::function<void(const SweepCase&)>& run) {
  for (const SweepCase& c : cases) {
    SCOPED_TRACE(::testing::PrintToString(c));
    run(c);
  }
}

TEST_F(GpuSweep, Codes) {
  for_each(testing::gpu_sweep_cases(),
           [&](const SweepCase& c) { testing::expect_codes_parity(device, c, 81); });
}

TEST_F(GpuSweep, SampledAttention) {
  for_each(testing::gpu_sweep_cases(),
           [&](const SweepCase& c) { testing::expect_sampled_parity(device, c, 82); });
}

TEST_F(GpuSweep, ExpectedAttention) {
  for_each(testing::gpu_sweep_cases(),
           [&](const SweepCase& c) { testing::expect_expected_parity(device, c, 83); });
}

/// For compute-sanitizer, which slows kernels down a hundredfold.
TEST_F(GpuSmallSweep, AllOperators) {
  std::vector<SweepCase> cases = testing::dense_sweep_cases();
  std::erase_if(cases,
                [](const SweepCase& c) { return c.sizes.queries > 100 || c.sizes.keys > 300; });
  for_each(cases, [&](const SweepCase& c) {
    testing::expect_codes_parity(device, c, 84);
    testing::expect_sampled_parity(device, c, 85);
    testing::expect_expected_parity(device, c, 86);
  });
}

TEST_F(GpuSmallSweep, HeavyBuckets) {
  for_each(testing::heavy_sweep_cases(),
           [&](const SweepCase& c) { testing::expect_sampled_parity(device, c, 85); });
}

void expect_repeats(const std::function<std::vector<at::Tensor>()>& run) {
  const std::vector<at::Tensor> first = run();
  for (int repeat = 0; repeat < 5; ++repeat) {
    const std::vector<at::Tensor> again = run();
    for (size_t i = 0; i < first.size(); ++i) EXPECT_TRUE(again[i].equal(first[i])) << i;
  }
}

TEST_F(GpuRepeats, Codes) {
  const AttentionProblem p =
      testing::to_device(random_problem({2, 4, 1500, 1, 64, 1, 1, 1}, 87, at::kBFloat16), kGpu);
  const at::Tensor signs = testing::random_signs(1, 5, 64);
  const at::Tensor planes = at::randn({4, 32, 10, 64}, at::TensorOptions(kGpu));
  expect_repeats([&] {
    return std::vector<at::Tensor>{hadamard_codes(p.query, signs, 32, 10),
                                   hyperplane_codes(p.query, planes)};
  });
}

TEST_F(GpuRepeats, Attention) {
  const auto f = at::kFloat, b = at::kBFloat16;
  const auto one = testing::BucketLoad::one_bucket;
  for_each({{{2, 4, 1500, 1300, 64, 64, 32, 10}, b, b},
            {{2, 4, 1500, 1300, 64, 64, 32, 10}, f, f},
            {{2, 2, 1100, 1000, 64, 64, 8, 2}, b, b, true, one},
            {{2, 2, 1100, 1000, 64, 64, 8, 2}, f, f, true, one}},
           [&](const SweepCase& c) {
             const AttentionProblem p = testing::to_device(testing::sweep_problem(c, 87), kGpu);
             for (const std::string& gradient : kSampledGradients) {
               SCOPED_TRACE(gradient);
               expect_repeats([&] { return parts(run_sampled(p, gradient)); });
             }
             for (const char* gradient : {"exact", "lower_bound"}) {
               SCOPED_TRACE(std::string("expected, ") + gradient);
               expect_repeats([&] { return parts(run_expected(p, gradient)); });
             }
           });
}

TEST_F(GpuStreams, WorkIsOnTheCurrentStream) {
  const AttentionProblem p = random_problem({2, 2, 600, 600, 64, 64, 8, 9}, 88, at::kFloat);
  const AttentionResult expected = run_sampled(p, "lower_bound");
  for (int repeat = 0; repeat < 4; ++repeat) {
    const c10::cuda::CUDAStream stream = c10::cuda::getStreamFromPool();
    const c10::cuda::CUDAStreamGuard guard(stream);
    testing::expect_attention(device.sampled(p, "lower_bound"), expected, {});
  }
}

}  // namespace
}  // namespace yoso::ops
