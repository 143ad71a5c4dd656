// What the operators allocate, seen through the meter of `lra bench`.
#include <gtest/gtest.h>

#include "support/attention_oracle.h"
#include "yoso/train/efficiency/memory_meter.h"

namespace yoso::ops {
namespace {

using testing::AttentionProblem;
using testing::random_problem;

/// Bytes that one run allocates at most beyond what was there before.
int64_t peak_of_run(int64_t hashes, bool expected) {
  const AttentionProblem p = random_problem({1, 2, 4096, 4096, 32, 32, hashes, 12}, 71, at::kFloat);
  const train::MemoryMeter meter(c10::Device(c10::kCPU), 0);
  expected ? run_expected(p, "exact") : run_sampled(p, "lower_bound");
  return meter.peak();
}

/// Tables of all hashes would take 2 MiB a hash here; the codes of a hash are 64 KiB.
TEST(Memory, GrowsWithHashesNoFasterThanCodesAndTheirLists) {
  const int64_t few = 8, many = 48, codes = 2 * 2 * 4096 * 4;
  const int64_t growth = peak_of_run(many, false) - peak_of_run(few, false);
  EXPECT_LE(growth, 3 * codes * (many - few));
}

/// A 4096 × 4096 matrix of one head is 64 MiB.
TEST(Memory, OfTheExpectationHoldsNoSquareMatrix) { EXPECT_LT(peak_of_run(1, true), 24 << 20); }

}  // namespace
}  // namespace yoso::ops
