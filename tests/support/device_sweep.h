#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "support/attention_oracle.h"
#include "support/near.h"
#include "yoso/ops/hadamard_codes.h"
#include "yoso/ops/hyperplane_codes.h"

// Parity of another device's operators with the CPU's, over awkward shapes. Run by the simulated
// kernels (cuda_kernels/) in every test run and by a GPU (cuda_device/) where
// there is one.

namespace yoso::testing {

/// The operators of a device, as functions of CPU tensors.
class DeviceOperators {
 public:
  virtual ~DeviceOperators() = default;
  virtual at::Tensor hyperplane_codes(const at::Tensor& x, const at::Tensor& planes,
                                      const std::optional<at::Tensor>& mask) = 0;
  virtual at::Tensor hadamard_codes(const at::Tensor& x, const at::Tensor& signs, int64_t hashes,
                                    int64_t bits, const std::optional<at::Tensor>& mask) = 0;
  virtual AttentionResult sampled(const AttentionProblem& problem, const std::string& gradient) = 0;
  virtual AttentionResult expected(const AttentionProblem& problem,
                                   const std::string& gradient) = 0;
};

enum class BucketLoad {
  some,       // rows around a few centres
  one_bucket  // all codes alike
};

struct SweepCase {
  AttentionSizes sizes;
  at::ScalarType rows = at::kFloat, value = at::kFloat;
  bool masked = false;
  BucketLoad load = BucketLoad::some;
};

inline void PrintTo(const SweepCase& c, std::ostream* stream) {
  *stream << "batch " << c.sizes.batch << ", heads " << c.sizes.heads << ", queries "
          << c.sizes.queries << ", keys " << c.sizes.keys << ", head_dim " << c.sizes.head_dim
          << ", value_dim " << c.sizes.value_dim << ", hashes " << c.sizes.hashes << ", bits "
          << c.sizes.bits << ", " << c.rows << " and " << c.value << (c.masked ? ", masked" : "")
          << (c.load == BucketLoad::one_bucket ? ", one bucket" : "");
}

/// Chosen pairwise rather than as a product: lengths 1, 7, 31, 33, 1000; head dims 8, 24, 32, 64,
/// 80, 128 and odd ones; hashes 1, 3, 32, 40; bits 1 to 16, beside 13 too, whose codes fill the
/// counts of a sort once; masks; types; load; nothing at all.
inline std::vector<SweepCase> sweep_cases() {
  const auto f = at::kFloat, b = at::kBFloat16, h = at::kHalf;
  const auto one = BucketLoad::one_bucket, some = BucketLoad::some;
  // batch, heads, queries, keys, head_dim, value_dim, hashes, bits
  return {
      {{1, 1, 1, 1, 8, 8, 1, 1}, f, f, false, some},
      {{2, 3, 7, 7, 24, 24, 3, 2}, b, b, true, some},
      {{1, 2, 31, 33, 32, 32, 32, 5}, h, h, false, some},
      {{2, 1, 33, 31, 64, 64, 40, 6}, b, b, true, some},
      {{1, 1, 1000, 1000, 8, 24, 3, 10}, b, b, true, some},
      {{1, 1, 1000, 7, 64, 128, 1, 14}, f, f, false, some},
      {{1, 1, 7, 1000, 80, 8, 3, 3}, f, b, true, some},
      {{1, 2, 33, 33, 128, 80, 3, 4}, f, f, true, some},
      {{1, 1, 31, 31, 128, 128, 32, 1}, b, f, false, some},
      {{2, 2, 33, 33, 64, 64, 3, 4}, f, f, true, one},
      {{1, 1, 300, 200, 24, 32, 1, 9}, h, h, false, one},
      {{1, 2, 150, 120, 24, 32, 5, 2}, b, b, true, some},
      {{1, 1, 150, 170, 128, 72, 3, 2}, b, b, false, some},
      {{1, 1, 200, 180, 16, 16, 2, 4}, b, b, false, one},
      {{1, 1, 65, 70, 5, 3, 40, 2}, f, f, true, some},
      {{1, 1, 40, 40, 200, 140, 3, 3}, f, f, false, some},
      {{1, 1, 150, 150, 64, 64, 32, 2}, b, b, true, some},
      {{1, 2, 20, 24, 16, 8, 2, 7}, h, h, false, some},
      {{2, 1, 30, 26, 40, 24, 3, 8}, b, b, true, some},
      {{1, 1, 12, 15, 8, 16, 2, 11}, f, f, false, some},
      {{1, 1, 18, 10, 32, 32, 2, 13}, b, b, true, some},
      {{2, 1, 8, 9, 7, 9, 2, 16}, h, f, true, some},
      {{1, 1, 129, 260, 32, 24, 32, 12}, f, f, false, some},
      {{0, 2, 5, 5, 8, 8, 3, 2}, f, f, false, some},
      {{2, 2, 0, 5, 8, 8, 3, 2}, f, f, true, some},
      {{2, 2, 5, 0, 8, 8, 3, 2}, b, b, false, some},
  };
}

/// What only a GPU has the speed for: heavy buckets among thousands of rows as well.
inline std::vector<SweepCase> gpu_sweep_cases() {
  std::vector<SweepCase> cases = sweep_cases();
  cases.push_back({{1, 2, 4096, 4096, 64, 64, 32, 12}, at::kBFloat16, at::kBFloat16});
  return cases;
}

/// Small cases of every way to sum a heavy bucket: tiles on tensor cores, of up to 64 columns and
/// of more; whole buckets, as a matrix and in tiles of pairs.
inline std::vector<SweepCase> heavy_sweep_cases() {
  const auto f = at::kFloat, b = at::kBFloat16;
  return {
      {{1, 1, 40, 40, 64, 64, 2, 1}, b, b, true, BucketLoad::some},
      {{1, 1, 40, 36, 24, 72, 2, 2}, b, b, false, BucketLoad::one_bucket},
      {{1, 1, 70, 66, 24, 16, 2, 2}, f, f, false, BucketLoad::one_bucket},
  };
}

/// Those that a device without speed can run densely too.
inline std::vector<SweepCase> dense_sweep_cases() {
  std::vector<SweepCase> cases = sweep_cases();
  std::erase_if(cases, [](const SweepCase& c) { return c.sizes.queries * c.sizes.keys > 70'000; });
  return cases;
}

inline AttentionProblem sweep_problem(const SweepCase& c, uint64_t seed) {
  AttentionProblem p = random_problem(c.sizes, seed, c.rows, c.value);
  if (c.masked) {
    p.query_mask = at::rand({c.sizes.batch, c.sizes.queries}).lt(0.7);
    p.key_mask = at::rand({c.sizes.batch, c.sizes.keys}).lt(0.7);
    if (c.sizes.batch > 1) (*p.key_mask)[1].fill_(false);
  }
  if (c.load == BucketLoad::one_bucket) {
    p.query_codes.fill_((int64_t{1} << c.sizes.bits) - 1);
    p.key_codes.copy_(p.query_codes.max().expand(p.key_codes.sizes()));
  }
  return p;
}

inline double tolerance(at::ScalarType type) {
  return type == at::kBFloat16 ? 8e-3 : type == at::kHalf ? 1e-3 : 2e-5;
}

/// The same problem on another device.
inline AttentionProblem to_device(AttentionProblem p, const at::Device& device) {
  for (at::Tensor* x : {&p.query, &p.key, &p.value, &p.query_codes, &p.key_codes, &p.grad})
    *x = x->to(device);
  for (std::optional<at::Tensor>* mask : {&p.query_mask, &p.key_mask})
    if (*mask) *mask = (*mask)->to(device);
  return p;
}

inline void expect_attention(const AttentionResult& actual, const AttentionResult& expected,
                             const SweepCase& c) {
  const at::Tensor AttentionResult::*const parts[] = {
      &AttentionResult::output, &AttentionResult::query, &AttentionResult::key,
      &AttentionResult::value};
  const char* const names[] = {"output", "gradient of query", "gradient of key",
                               "gradient of value"};
  for (int i = 0; i < 4; ++i) {
    const at::Tensor &a = actual.*parts[i], &e = expected.*parts[i];
    EXPECT_EQ(a.scalar_type(), e.scalar_type()) << names[i];
    EXPECT_TRUE(near(a, e, tolerance(i == 1 || i == 2 ? c.rows : c.value))) << names[i];
  }
}

/// Small integers, whose sums are exact whatever their order: codes must be the CPU's to the bit.
inline void expect_codes_parity(DeviceOperators& device, const SweepCase& c, uint64_t seed) {
  at::manual_seed(seed);
  const AttentionSizes& s = c.sizes;
  const at::Tensor x = at::randint(-3, 4, {s.batch, s.heads, s.queries, s.head_dim}).to(c.rows);
  std::optional<at::Tensor> mask;
  if (c.masked) mask = at::rand({s.batch, s.queries}).lt(0.7);
  const int64_t dim = ops::hadamard_dim(s.head_dim, s.bits);
  const int64_t passes = ops::hadamard_passes(s.hashes, s.bits, s.head_dim);
  for (const auto& [groups, extra] :
       {std::pair<int64_t, int64_t>{1, 0}, {s.heads, s.bits}, {s.batch * s.heads, 1}}) {
    const at::Tensor planes = at::randint(-3, 4, {groups, s.hashes, s.bits, s.head_dim}).to(c.rows);
    EXPECT_TRUE(
        device.hyperplane_codes(x, planes, mask).equal(ops::hyperplane_codes(x, planes, mask)))
        << groups << " groups of planes";
    const at::Tensor signs =
        (at::randint(2, {groups, passes + extra, 3, dim}) * 2 - 1).to(at::kChar);
    EXPECT_TRUE(device.hadamard_codes(x, signs, s.hashes, s.bits, mask)
                    .equal(ops::hadamard_codes(x, signs, s.hashes, s.bits, mask)))
        << groups << " groups of signs, " << passes + extra << " passes";
  }
}

inline void expect_sampled_parity(DeviceOperators& device, const SweepCase& c, uint64_t seed) {
  const AttentionProblem p = sweep_problem(c, seed);
  for (const char* gradient : {"lower_bound", "unbiased", "expected_lower_bound"}) {
    SCOPED_TRACE(gradient);
    expect_attention(device.sampled(p, gradient), run_sampled(p, gradient), c);
  }
}

inline void expect_expected_parity(DeviceOperators& device, const SweepCase& c, uint64_t seed) {
  const AttentionProblem p = sweep_problem(c, seed);
  for (const char* gradient : {"exact", "lower_bound"}) {
    SCOPED_TRACE(gradient);
    expect_attention(device.expected(p, gradient), run_expected(p, gradient), c);
  }
}

}  // namespace yoso::testing
