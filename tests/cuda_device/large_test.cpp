#include <c10/cuda/CUDACachingAllocator.h>
#include <cuda_runtime.h>

#include "cuda_device/gpu_operators.h"

// More than 2^31 of everything that is counted, and memory over the length.

namespace yoso::ops {
namespace {

using testing::AttentionProblem;
using testing::AttentionResult;
using testing::kGpu;

class GpuLarge : public testing::GpuTest {
 protected:
  static bool has_free(int64_t gigabytes) {
    c10::cuda::CUDACachingAllocator::emptyCache();
    size_t free_bytes = 0, all_bytes = 0;
    return cudaMemGetInfo(&free_bytes, &all_bytes) == cudaSuccess &&
           free_bytes > static_cast<size_t>(gigabytes) << 30;
  }
};

/// Codes and their lists of more than 2^31 entries: the last (batch, head) must be as right as the
/// first.
TEST_F(GpuLarge, CodesBeyond32Bits) {
  if (!has_free(40)) GTEST_SKIP() << "needs 40 GB of free device memory";
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

/// Rows, results and gradients of more than 2^31 elements each, forward and backward.
TEST_F(GpuLarge, RowsBeyond32Bits) {
  if (!has_free(60)) GTEST_SKIP() << "needs 60 GB of free device memory";
  const int64_t heads = 1025, length = 32'768, dim = 64, bits = 13, last = heads - 1;
  const auto options = at::TensorOptions(kGpu).dtype(at::kBFloat16);
  // 41 different heads again and again: 2^31 elements on, at head 1024, there are others than at 0.
  const auto rows = [&] { return at::randn({1, 41, length, dim}, options); };
  const auto fill = [&](const at::Tensor& some) { return some.repeat({1, heads / 41, 1, 1}); };
  AttentionProblem p;
  p.bits = bits;
  p.query = fill(testing::unit_rows(rows()));
  p.key = fill(testing::unit_rows(rows()));
  p.value = fill(rows());
  p.grad = fill(rows());
  ASSERT_TRUE(p.query.is_contiguous());
  ASSERT_GT(p.query.numel(), int64_t{1} << 31);

  const auto of_last = [&](const at::Tensor& x) { return x.narrow(1, last, 1).clone(); };
  const at::Tensor signs = testing::random_signs(1, 1, dim);
  const at::Tensor planes = at::randn({1, 1, bits, dim}, options);
  p.query_codes = hadamard_codes(p.query, signs, 1, bits);
  p.key_codes = hadamard_codes(p.key, signs, 1, bits);
  EXPECT_TRUE(of_last(p.query_codes).equal(hadamard_codes(of_last(p.query), signs, 1, bits)));
  EXPECT_TRUE(
      of_last(hyperplane_codes(p.query, planes)).equal(hyperplane_codes(of_last(p.query), planes)));

  AttentionProblem alone = p;
  for (at::Tensor* x :
       {&alone.query, &alone.key, &alone.value, &alone.grad, &alone.query_codes, &alone.key_codes})
    *x = of_last(*x).cpu();
  for (const char* gradient : {"lower_bound", "unbiased"}) {
    SCOPED_TRACE(gradient);
    const AttentionResult all = run_sampled(p, gradient);
    testing::expect_attention(testing::to_cpu({of_last(all.output), of_last(all.query),
                                               of_last(all.key), of_last(all.value)}),
                              run_sampled(alone, gradient), {{}, at::kBFloat16, at::kBFloat16});
  }
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
