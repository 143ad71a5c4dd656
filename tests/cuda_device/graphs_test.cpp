#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAGuard.h>

#include <functional>

#include "cuda_device/gpu_operators.h"

// Hashing, attention and its gradients captured once; replays follow their inputs.

namespace yoso::ops {
namespace {

using testing::AttentionProblem;
using testing::AttentionResult;
using testing::AttentionSizes;
using testing::kGpu;
using testing::kSampledGradients;

class GpuGraphs : public testing::GpuTest {};

void expect_replays(const AttentionSizes& sizes, at::ScalarType type,
                    const std::function<AttentionResult(const AttentionProblem&)>& step) {
  const c10::cuda::CUDAStream stream = c10::cuda::getStreamFromPool();
  const c10::cuda::CUDAStreamGuard guard(stream);
  const auto problem = [&](uint64_t seed) {
    return testing::to_device(testing::random_problem(sizes, seed, type), kGpu);
  };
  AttentionProblem p = problem(89);
  p.query_mask = p.key_mask = at::rand({sizes.batch, sizes.keys}, at::TensorOptions(kGpu)).lt(0.9);
  step(p);  // what is allocated or loaded once
  at::cuda::CUDAGraph graph;
  graph.capture_begin();
  const AttentionResult captured = step(p);
  graph.capture_end();
  for (uint64_t seed : {90, 91}) {
    const AttentionProblem next = problem(seed);
    p.query.copy_(next.query);
    p.key.copy_(next.key);
    p.value.copy_(next.value);
    p.grad.copy_(next.grad);
    graph.replay();
    const auto replayed = parts(testing::to_cpu(captured)), eager = parts(to_cpu(step(p)));
    for (size_t i = 0; i < replayed.size(); ++i)
      EXPECT_TRUE(replayed[i].equal(eager[i])) << "part " << i;
  }
}

using Hash = std::function<at::Tensor(const at::Tensor&, const std::optional<at::Tensor>& mask)>;

void expect_sampled_replays(const AttentionSizes& sizes, at::ScalarType type,
                            const std::string& gradient, const Hash& hash) {
  SCOPED_TRACE(gradient);
  expect_replays(sizes, type, [&](const AttentionProblem& p) {
    AttentionProblem hashed = p;
    hashed.query_codes = hash(p.query, p.query_mask);
    hashed.key_codes = hash(p.key, p.key_mask);
    return run_sampled(hashed, gradient);
  });
}

const AttentionSizes kShort{2, 2, 300, 300, 64, 64, 8, 8};

TEST_F(GpuGraphs, ReplayFollowsItsInputs) {
  const at::Tensor signs = testing::random_signs(1, 1, 64);
  for (const std::string& gradient : kSampledGradients)
    expect_sampled_replays(kShort, at::kFloat, gradient,
                           [&](const at::Tensor& x, const std::optional<at::Tensor>& mask) {
                             return hadamard_codes(x, signs, 8, 8, mask);
                           });
}

TEST_F(GpuGraphs, HyperplaneCodes) {
  const at::Tensor planes = at::randn({2, 8, 8, 64}, at::TensorOptions(kGpu));
  expect_sampled_replays(kShort, at::kFloat, "lower_bound",
                         [&](const at::Tensor& x, const std::optional<at::Tensor>& mask) {
                           return hyperplane_codes(x, planes, mask);
                         });
}

/// With 4096 rows and codes sums take far more shared memory than the 48 KB a kernel has unasked.
TEST_F(GpuGraphs, LongBfloat16) {
  const at::Tensor signs = testing::random_signs(4, 2, 64);
  for (const char* gradient : {"lower_bound", "unbiased"})
    expect_sampled_replays({2, 2, 4096, 4096, 64, 64, 8, 12}, at::kBFloat16, gradient,
                           [&](const at::Tensor& x, const std::optional<at::Tensor>& mask) {
                             return hadamard_codes(x, signs, 8, 12, mask);
                           });
}

TEST_F(GpuGraphs, ExpectedAttention) {
  for (const char* gradient : {"exact", "lower_bound"}) {
    SCOPED_TRACE(gradient);
    expect_replays(kShort, at::kBFloat16,
                   [&](const AttentionProblem& p) { return run_expected(p, gradient); });
  }
}

}  // namespace
}  // namespace yoso::ops
