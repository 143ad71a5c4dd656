#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAGuard.h>
#include <gtest/gtest.h>

#include "support/device_sweep.h"

// The operators on a GPU: parity with the CPU over the sweep that the simulated kernels pass too,
// the same bits from run to run, other streams, CUDA graphs. Without a GPU all of it is skipped.
// scripts/gpu-check.sh runs this file; the suites named Small also under compute-sanitizer.

namespace yoso::ops {
namespace {

using testing::AttentionProblem;
using testing::AttentionResult;
using testing::AttentionSizes;
using testing::random_problem;
using testing::SweepCase;

const at::Device kGpu(at::kCUDA, 0);
const std::vector<std::string> kSampledGradients{"lower_bound", "unbiased", "expected_lower_bound"};

AttentionResult to_cpu(const AttentionResult& r) {
  return {r.output.cpu(), r.query.cpu(), r.key.cpu(), r.value.cpu()};
}

class GpuOperators : public testing::DeviceOperators {
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
    return to_cpu(run_sampled(testing::to_device(p, kGpu), gradient));
  }
  AttentionResult expected(const AttentionProblem& p, const std::string& gradient) override {
    return to_cpu(run_expected(testing::to_device(p, kGpu), gradient));
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

class GpuSmallSweep : public GpuTest {};
class GpuSweep : public GpuTest {};
class GpuRepeats : public GpuTest {};
class GpuGraphs : public GpuTest {};
class GpuStreams : public GpuTest {};
class GpuLarge : public GpuTest {};

void for_each(const std::vector<SweepCase>& cases,
              const std::function<void(const SweepCase&)>& run) {
  for (const SweepCase& c : cases) {
    SCOPED_TRACE(::testing::PrintToString(c));
    run(c);
  }
}

TEST_F(GpuSweep, Codes) {
  for_each(testing::sweep_cases(),
           [&](const SweepCase& c) { testing::expect_codes_parity(device, c, 81); });
}

TEST_F(GpuSweep, SampledAttention) {
  for_each(testing::sweep_cases(),
           [&](const SweepCase& c) { testing::expect_sampled_parity(device, c, 82); });
}

TEST_F(GpuSweep, ExpectedAttention) {
  for_each(testing::sweep_cases(),
           [&](const SweepCase& c) { testing::expect_expected_parity(device, c, 83); });
}

/// For compute-sanitizer, which slows kernels down a hundredfold.
TEST_F(GpuSmallSweep, AllOperators) {
  for (const SweepCase& c : testing::dense_sweep_cases()) {
    if (c.sizes.queries > 100 || c.sizes.keys > 300) continue;
    SCOPED_TRACE(::testing::PrintToString(c));
    testing::expect_codes_parity(device, c, 84);
    testing::expect_sampled_parity(device, c, 85);
    testing::expect_expected_parity(device, c, 86);
  }
}

std::vector<at::Tensor> parts(const AttentionResult& r) {
  return {r.output, r.query, r.key, r.value};
}

TEST_F(GpuRepeats, BitForBit) {
  const AttentionProblem p = testing::to_device(
      random_problem({2, 4, 1500, 1300, 64, 64, 32, 10}, 87, at::kBFloat16), kGpu);
  const at::Tensor signs =
      (at::randint(2, {1, 5, 3, 64}, at::TensorOptions(kGpu).dtype(at::kChar)) * 2 - 1)
          .to(at::kChar);
  const at::Tensor codes = hadamard_codes(p.query, signs, 32, 10);
  for (const std::string& gradient : kSampledGradients) {
    const auto first = parts(run_sampled(p, gradient));
    for (int repeat = 0; repeat < 5; ++repeat) {
      EXPECT_TRUE(hadamard_codes(p.query, signs, 32, 10).equal(codes));
      const auto again = parts(run_sampled(p, gradient));
      for (size_t i = 0; i < first.size(); ++i)
        EXPECT_TRUE(again[i].equal(first[i])) << gradient << " " << i;
    }
  }
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

/// Hashing, attention and its gradients captured once; replays follow their inputs.
TEST_F(GpuGraphs, ReplayFollowsItsInputs) {
  const auto problem = [](uint64_t seed) {
    return testing::to_device(random_problem({2, 2, 300, 300, 64, 64, 8, 8}, seed, at::kFloat),
                              kGpu);
  };
  const at::Tensor signs =
      (at::randint(2, {1, 1, 3, 64}, at::TensorOptions(kGpu).dtype(at::kChar)) * 2 - 1)
          .to(at::kChar);
  for (const std::string gradient : {"lower_bound", "unbiased"}) {
    AttentionProblem p = problem(89);
    p.query_mask = p.key_mask = at::rand({2, 300}, at::TensorOptions(kGpu)).lt(0.9);
    const auto step = [&] {
      AttentionProblem hashed = p;
      hashed.query_codes = hadamard_codes(p.query, signs, 8, 8, p.query_mask);
      hashed.key_codes = hadamard_codes(p.key, signs, 8, 8, p.key_mask);
      return run_sampled(hashed, gradient);
    };
    const c10::cuda::CUDAStream stream = c10::cuda::getStreamFromPool();
    const c10::cuda::CUDAStreamGuard guard(stream);
    step();  // what is allocated or loaded once
    at::cuda::CUDAGraph graph;
    graph.capture_begin();
    const AttentionResult captured = step();
    graph.capture_end();
    for (uint64_t seed : {90, 91}) {
      const AttentionProblem next = problem(seed);
      p.query.copy_(next.query);
      p.key.copy_(next.key);
      p.value.copy_(next.value);
      p.grad.copy_(next.grad);
      graph.replay();
      const auto replayed = parts(to_cpu(captured)), expected = parts(to_cpu(step()));
      for (size_t i = 0; i < replayed.size(); ++i)
        EXPECT_TRUE(replayed[i].equal(expected[i])) << gradient << " " << i;
    }
  }
}

/// Codes and their lists of more than 2^31 entries: the last (batch, head) must be as right as the
/// first.
TEST_F(GpuLarge, IndicesBeyond32Bits) {
  size_t free_bytes = 0, all_bytes = 0;
  ASSERT_EQ(cudaMemGetInfo(&free_bytes, &all_bytes), cudaSuccess);
  if (free_bytes < (size_t{40} << 30)) GTEST_SKIP() << "needs 40 GB of free device memory";
  const int64_t heads = 2100, length = 32'768, hashes = 32, bits = 13;  // 2.2e9 codes a side
  const auto options = at::TensorOptions(kGpu).dtype(at::kBFloat16);
  const at::Tensor one = testing::unit_rows(at::randn({1, 1, length, 8}, options));
  const at::Tensor planes = at::randn({1, hashes, bits, 8}, options);
  const at::Tensor x = one.expand({1, heads, length, 8});  // the same rows for every head
  const at::Tensor codes = hyperplane_codes(x, planes);
  ASSERT_GT(codes.numel(), int64_t{1} << 31);
  EXPECT_TRUE(codes[0][heads - 1].equal(codes[0][0]));
  const at::Tensor sums = sampled_attention(x, x, x, codes, codes, bits);
  EXPECT_TRUE(sums[0][heads - 1].equal(sums[0][0]));
  EXPECT_TRUE(
      testing::near(sums.narrow(1, 0, 1).cpu(),
                    sampled_attention(one.cpu(), one.cpu(), one.cpu(), codes.narrow(1, 0, 1).cpu(),
                                      codes.narrow(1, 0, 1).cpu(), bits),
                    8e-3));
}

TEST_F(GpuLarge, MemoryIsLinearInTheLength) {
  const auto peak = [&](int64_t length) {
    const auto options = at::TensorOptions(kGpu).dtype(at::kBFloat16);
    AttentionProblem p;
    p.query = testing::unit_rows(at::randn({1, 4, length, 64}, options));
    p.key = testing::unit_rows(at::randn({1, 4, length, 64}, options));
    p.value = at::randn({1, 4, length, 64}, options);
    p.grad = at::randn({1, 4, length, 64}, options);
    p.query_codes = at::randint(4096, {1, 4, 32, length}, options.dtype(at::kInt));
    p.key_codes = at::randint(4096, {1, 4, 32, length}, options.dtype(at::kInt));
    p.bits = 12;
    auto& allocator = *c10::cuda::CUDACachingAllocator::get();
    allocator.resetPeakStats(0);
    const auto bytes = [&] {
      return allocator.getDeviceStats(0)
          .allocated_bytes[static_cast<size_t>(c10::CachingAllocator::StatType::AGGREGATE)];
    };
    const int64_t before = bytes().current;
    run_sampled(p, "lower_bound");
    return bytes().peak - before;
  };
  peak(1024);
  const double once = static_cast<double>(peak(32'768)), twice = static_cast<double>(peak(65'536));
  EXPECT_LT(twice, 2.2 * once);
}

}  // namespace
}  // namespace yoso::ops
