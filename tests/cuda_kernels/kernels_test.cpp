#include <gtest/gtest.h>

#include "cuda_kernels/simulated_operators.h"

// The CUDA operators, executed by the simulator, against the CPU's.

namespace yoso::ops {
namespace {

using testing::AttentionProblem;
using testing::AttentionResult;
using testing::random_problem;
using testing::SimulatedOperators;
using testing::SimulatorSettings;
using testing::SweepCase;

class SimulatedKernels : public ::testing::TestWithParam<SweepCase> {
 protected:
  SimulatedOperators device;
};
class SimulatedDenseKernels : public SimulatedKernels {};

TEST_P(SimulatedKernels, Codes) { testing::expect_codes_parity(device, GetParam(), 61); }

TEST_P(SimulatedKernels, SampledAttention) {
  testing::expect_sampled_parity(device, GetParam(), 62);
}

TEST_P(SimulatedDenseKernels, ExpectedAttention) {
  testing::expect_expected_parity(device, GetParam(), 63);
}

INSTANTIATE_TEST_SUITE_P(Sweep, SimulatedKernels, ::testing::ValuesIn(testing::sweep_cases()));
INSTANTIATE_TEST_SUITE_P(Sweep, SimulatedDenseKernels,
                         ::testing::ValuesIn(testing::dense_sweep_cases()));

const std::vector<std::string> kSampledGradients{"lower_bound", "unbiased", "expected_lower_bound"};

void expect_equal(const AttentionResult& a, const AttentionResult& b) {
  EXPECT_TRUE(a.output.equal(b.output));
  EXPECT_TRUE(a.query.equal(b.query));
  EXPECT_TRUE(a.key.equal(b.key));
  EXPECT_TRUE(a.value.equal(b.value));
}

/// A block may get less shared memory than the fastest way of summing wants: fewer columns, tables
/// of some of the codes, sources in global memory.
TEST(SimulatedSums, FitTheSharedMemoryThereIs) {
  SimulatedOperators device;
  const AttentionProblem p = random_problem({1, 2, 300, 250, 16, 20, 3, 9}, 64, at::kFloat);
  const at::Tensor expected = run_sampled(p, "lower_bound").output;
  for (int64_t kilobytes : {227, 40, 20, 12, 6}) {
    const SimulatorSettings settings({.shared_memory_limit = kilobytes << 10});
    const at::Tensor sums = cuda::sampled_attention(p.query, p.key, p.value, p.query_codes,
                                                    p.key_codes, p.bits, {}, {}, "lower_bound");
    EXPECT_TRUE(testing::near(sums, expected, 1e-6)) << kilobytes << " KiB";
  }
}

TEST(SimulatedSums, SequencesLongerThanABlockHolds) {
  const AttentionProblem p = random_problem({1, 1, 17'000, 17'000, 2, 3, 1, 14}, 65, at::kFloat);
  const at::Tensor sums = cuda::sampled_attention(p.query, p.key, p.value, p.query_codes,
                                                  p.key_codes, p.bits, {}, {}, "lower_bound");
  EXPECT_TRUE(testing::near(
      sums, sampled_attention(p.query, p.key, p.value, p.query_codes, p.key_codes, p.bits), 1e-5));
}

TEST(SimulatedOrder, ChangesNoBitOfAttention) {
  SimulatedOperators device;
  std::vector<SweepCase> cases = testing::heavy_sweep_cases();
  cases.push_back({{1, 2, 70, 90, 24, 40, 5, 3}, at::kFloat, at::kFloat, true});
  for (const SweepCase& c : cases) {
    SCOPED_TRACE(::testing::PrintToString(c));
    const AttentionProblem p = testing::sweep_problem(c, 66);
    for (const std::string& gradient : kSampledGradients) {
      const AttentionResult first = device.sampled(p, gradient);
      for (uint64_t seed : {2, 3}) {
        const SimulatorSettings settings({.seed = seed});
        expect_equal(device.sampled(p, gradient), first);
      }
    }
  }
}

/// Rows in registers, of one lane and of several, and rows too long for them.
TEST(SimulatedOrder, ChangesNoBitOfCodes) {
  SimulatedOperators device;
  for (const int64_t head_dim : {24, 300, 2050}) {
    at::manual_seed(66);
    const int64_t rows = head_dim > 2048 ? 5 : 40;
    const at::Tensor x = at::randn({1, 2, rows, head_dim}), planes = at::randn({2, 3, 4, head_dim});
    const at::Tensor signs =
        (at::randint(2, {2, 1, 3, hadamard_dim(head_dim, 4)}, at::kChar) * 2 - 1).to(at::kChar);
    const at::Tensor hadamard = device.hadamard_codes(x, signs, 3, 4, {});
    const at::Tensor hyperplane = device.hyperplane_codes(x, planes, {});
    for (uint64_t seed : {2, 3}) {
      const SimulatorSettings settings({.seed = seed});
      EXPECT_TRUE(device.hadamard_codes(x, signs, 3, 4, {}).equal(hadamard)) << head_dim;
      EXPECT_TRUE(device.hyperplane_codes(x, planes, {}).equal(hyperplane)) << head_dim;
    }
  }
}

TEST(SimulatedCodes, DependOnTheRowAlone) {
  SimulatedOperators device;
  at::manual_seed(67);
  const at::Tensor row = at::randn({24}), planes = at::randn({1, 9, 7, 24});
  const at::Tensor signs = (at::randint(2, {1, 2, 3, 32}, at::kChar) * 2 - 1).to(at::kChar);
  const auto hash = [&](const at::Tensor& x) {
    return at::stack(
        {device.hyperplane_codes(x, planes, {}), device.hadamard_codes(x, signs, 9, 7, {})});
  };
  const at::Tensor alone = hash(row.expand({1, 1, 1, 24})).select(4, 0).flatten();
  for (int64_t length : {33, 150}) {
    at::Tensor x = at::randn({1, 2, length, 24}) * 1e3;
    x[0][1][length / 2].copy_(row);
    EXPECT_TRUE(hash(x).select(2, 1).select(3, length / 2).flatten().equal(alone)) << length;
  }
}

TEST(SimulatedCodes, AreTheCpusUpToRounding) {
  at::manual_seed(68);
  const at::Tensor x = at::randn({1, 2, 100, 80}), planes = at::randn({2, 8, 12, 80});
  const at::Tensor signs = (at::randint(2, {2, 1, 3, 128}, at::kChar) * 2 - 1).to(at::kChar);
  const auto differing = [](const at::Tensor& a, const at::Tensor& b) {
    return a.ne(b).to(at::kDouble).mean().item<double>();
  };
  EXPECT_LT(differing(cuda::hyperplane_codes(x, planes, {}), hyperplane_codes(x, planes)), 2e-3);
  EXPECT_LT(differing(cuda::hadamard_codes(x, signs, 8, 12, {}), hadamard_codes(x, signs, 8, 12)),
            2e-3);
}

TEST(SimulatedCodes, ManyPassesAndLongRows) {
  SimulatedOperators device;
  for (const testing::AttentionSizes& sizes :
       {testing::AttentionSizes{1, 1, 3, 1, 64, 1, 270, 16},
        testing::AttentionSizes{1, 2, 5, 1, 300, 1, 300, 3},
        testing::AttentionSizes{1, 1, 260, 1, 2050, 1, 2, 1}})
    testing::expect_codes_parity(device, {sizes, at::kFloat, at::kFloat, true}, 69);
}

TEST(SimulatedCodes, ZeroRowsHaveAllBitsAndNanNone) {
  at::Tensor x = at::zeros({1, 1, 2, 8});
  x[0][0][1].fill_(NAN);
  const at::Tensor signs = at::ones({1, 5, 3, 8}, at::kChar), planes = at::ones({1, 5, 6, 8});
  for (const at::Tensor& codes :
       {cuda::hyperplane_codes(x, planes, {}), cuda::hadamard_codes(x, signs, 5, 6, {})}) {
    EXPECT_TRUE(codes.select(3, 0).eq(63).all().item<bool>());
    EXPECT_TRUE(codes.select(3, 1).eq(0).all().item<bool>());
  }
}

TEST(SimulatedInputs, AnyStrides) {
  SimulatedOperators device;
  const AttentionProblem p = random_problem({2, 3, 10, 12, 8, 6, 4, 3}, 70, at::kFloat);
  AttentionProblem strided = p;
  for (at::Tensor* x :
       {&strided.query, &strided.key, &strided.value, &strided.query_codes, &strided.key_codes})
    *x = x->permute({3, 1, 0, 2}).contiguous().permute({2, 1, 3, 0});
  strided.grad = at::ones({1, 1, 1, 1}).expand(p.grad.sizes());
  AttentionProblem dense = p;
  dense.grad = strided.grad.contiguous();
  ASSERT_FALSE(strided.query.is_contiguous());
  for (const std::string& gradient : kSampledGradients)
    expect_equal(device.sampled(strided, gradient), device.sampled(dense, gradient));
  expect_equal(device.expected(strided, "exact"), device.expected(dense, "exact"));
  const at::Tensor planes = at::randn({3, 4, 3, 8});
  EXPECT_TRUE(device.hyperplane_codes(strided.query, planes, {})
                  .equal(device.hyperplane_codes(p.query, planes, {})));
}

TEST(SimulatedInputs, HiddenRowsAndCodesChangeNothing) {
  SimulatedOperators device;
  AttentionProblem p = random_problem({2, 2, 20, 26, 8, 12, 5, 3}, 71, at::kFloat);
  p.query_mask = at::rand({2, 20}).lt(0.6);
  p.key_mask = at::rand({2, 26}).lt(0.6);
  AttentionProblem spoilt = p;
  const auto rows = [](const at::Tensor& mask) { return mask.unsqueeze(1).unsqueeze(-1); };
  const auto codes = [](const at::Tensor& mask) { return mask.unsqueeze(1).unsqueeze(1); };
  spoilt.query = at::where(rows(*p.query_mask), p.query, NAN);
  spoilt.grad = at::where(rows(*p.query_mask), p.grad, NAN);
  spoilt.key = at::where(rows(*p.key_mask), p.key, NAN);
  spoilt.value = at::where(rows(*p.key_mask), p.value, NAN);
  spoilt.query_codes = at::where(codes(*p.query_mask), p.query_codes, -77).to(at::kInt);
  spoilt.key_codes = at::where(codes(*p.key_mask), p.key_codes, 1 << 30).to(at::kInt);
  for (const std::string& gradient : kSampledGradients)
    expect_equal(device.sampled(spoilt, gradient), device.sampled(p, gradient));
  for (const char* gradient : {"exact", "lower_bound"})
    expect_equal(device.expected(spoilt, gradient), device.expected(p, gradient));
}

TEST(SimulatedInputs, OnlyWhatIsNeededIsComputed) {
  const AttentionProblem p = random_problem({1, 2, 20, 26, 8, 12, 5, 2}, 72, at::kFloat);
  for (const std::string& gradient : kSampledGradients) {
    const AttentionResult all = SimulatedOperators().sampled(p, gradient);
    for (int needed : {0, 1, 2}) {
      const auto [query, key, value] = cuda::sampled_attention_backward(
          p.grad, p.query, p.key, p.value, p.query_codes, p.key_codes, p.bits, {}, {}, gradient,
          needed == 0, needed == 1, needed == 2);
      EXPECT_TRUE(needed == 0 ? query.equal(all.query) : !query.defined());
      EXPECT_TRUE(needed == 1 ? key.equal(all.key) : !key.defined());
      EXPECT_TRUE(needed == 2 ? value.equal(all.value) : !value.defined());
    }
  }
}

template <class Call>
std::string error_of(const Call& call) {
  try {
    call();
  } catch (const c10::Error& error) {
    return error.what_without_backtrace();
  }
  return "no error";
}

TEST(SimulatedInputs, WrongOnesAreNamed) {
  SimulatedOperators device;
  const AttentionProblem wide = random_problem({1, 1, 4, 4, 4, 4, 2, 2}, 73);
  EXPECT_NE(error_of([&] { device.sampled(wide, "unbiased"); }).find("query is Double"),
            std::string::npos);
  EXPECT_NE(error_of([&] { device.expected(wide, "exact"); }).find("query is Double"),
            std::string::npos);
  const AttentionProblem p = random_problem({1, 1, 4, 4, 4, 4, 2, 2}, 73, at::kFloat);
  EXPECT_NE(error_of([&] { device.sampled(p, "exact"); }).find("gradient is \"exact\""),
            std::string::npos);
}

TEST(SimulatedInputs, CodesCountByTheirLowBitsUnlessChecked) {
  SimulatedOperators device;
  const AttentionProblem p = random_problem({1, 1, 9, 9, 4, 4, 3, 2}, 74, at::kFloat);
  AttentionProblem high = p;
  high.query_codes = p.query_codes + 4;
  high.key_codes = p.key_codes - 8;
  expect_equal(device.sampled(high, "lower_bound"), device.sampled(p, "lower_bound"));
  ::setenv("YOSO_CHECK", "1", 1);
  EXPECT_EQ(error_of([&] { device.sampled(p, "lower_bound"); }), "no error");
  const std::string error = error_of([&] { device.sampled(high, "lower_bound"); });
  ::unsetenv("YOSO_CHECK");
  EXPECT_NE(error.find("query_codes holds"), std::string::npos) << error;
  EXPECT_NE(error.find("2 bits allow 0 to 3"), std::string::npos) << error;
}

}  // namespace
}  // namespace yoso::ops
