// What the operators allocate, seen through the meter of `lra bench`.
#include <gtest/gtest.h>

#include "support/attention_oracle.h"
#include "yoso/ops/hadamard_codes.h"
#include "yoso/runtime/memory_meter.h"

namespace yoso::ops {
namespace {

using testing::AttentionProblem;
using testing::random_problem;

/// Bytes that one run allocates at most beyond what was there before.
int64_t peak_of_run(int64_t hashes, bool expected) {
  const AttentionProblem p = random_problem({1, 2, 4096, 4096, 32, 32, hashes, 12}, 71, at::kFloat);
  const runtime::MemoryMeter meter(c10::Device(c10::kCPU), 0);
  expected ? run_expected(p, "exact") : run_sampled(p, "lower_bound");
  return meter.peak();
}

/// Tables of all hashes would take 2 MiB a hash here; the codes of a hash are 64 KiB.
TEST(Memory, GrowsWithHashesNoFasterThanCodesAndTheirLists) {
  const int64_t few = 8, many = 48, codes = 2 * 2 * 4096 * 4;
  const int64_t growth = peak_of_run(many, false) - peak_of_run(few, false);
  EXPECT_LE(growth, 3 * codes * (many - few));
}

/// Hashing, forward and backward of 8 heads, beyond inputs, result and gradients.
TEST(Memory, OfATrainingStepStaysSmallAtLength16384) {
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    for (const bool heavy : {false, true}) {
      at::manual_seed(72);
      const auto rows = [&] {
        const at::Tensor x = at::randn({1, 8, 16384, 64}) + (heavy ? 2 : 0);
        return testing::unit_rows(x).to(type).requires_grad_();
      };
      const at::Tensor query = rows(), key = rows(), value = rows(), grad = rows().detach();
      const at::Tensor signs = at::randint(2, {8, 7, 3, 64}, at::kChar) * 2 - 1;
      const auto codes = [&](const at::Tensor& x) { return hadamard_codes(x, signs, 32, 14); };
      const runtime::MemoryMeter meter(c10::Device(c10::kCPU), 0);
      const at::Tensor result = sampled_attention(query, key, value, codes(query), codes(key), 14);
      const auto grads = torch::autograd::grad({result}, {query, key, value}, {grad});
      const auto own = static_cast<int64_t>(4 * result.nbytes());
      EXPECT_LE(meter.peak() - own, 96 << 20)
          << type << " " << (heavy ? "heavy buckets" : "light buckets");
    }
  }
}

/// A 4096 × 4096 matrix of one head is 64 MiB.
TEST(Memory, OfTheExpectationHoldsNoSquareMatrix) { EXPECT_LT(peak_of_run(1, true), 24 << 20); }

}  // namespace
}  // namespace yoso::ops
