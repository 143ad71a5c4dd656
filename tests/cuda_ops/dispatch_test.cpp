#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <gtest/gtest.h>

#include <functional>

#include "support/attention_oracle.h"
#include "yoso/ops/hadamard_codes.h"
#include "yoso/ops/hyperplane_codes.h"

namespace yoso::ops {
namespace {

using testing::AttentionProblem;
using testing::AttentionResult;
using testing::random_problem;

const std::vector<std::string> kSampledGradients{"lower_bound", "unbiased", "expected_lower_bound"};
const std::vector<std::string> kExpectedGradients{"exact", "lower_bound"};

/// Runs `body` with 1, 2, 3 and 5 threads and compares what it returns bit for bit.
void expect_same_for_any_threads(const std::function<std::vector<at::Tensor>()>& body) {
  const int before = at::get_num_threads();
  std::vector<at::Tensor> first;
  for (int threads : {1, 2, 3, 5}) {
    at::set_num_threads(threads);
    const std::vector<at::Tensor> results = body();
    if (threads == 1) first = results;
    for (size_t i = 0; i < results.size(); ++i)
      EXPECT_TRUE(results[i].equal(first[i]))
          << "result " << i << " with " << threads << " threads";
  }
  at::set_num_threads(before);
}

TEST(Threads, ChangeNoBitOfCodes) {
  at::manual_seed(51);
  const at::Tensor x = at::randn({1, 2, 1000, 24}), planes = at::randn({2, 9, 7, 24});
  const at::Tensor signs = (at::randint(2, {2, 2, 3, 32}, at::kChar) * 2 - 1).to(at::kChar);
  expect_same_for_any_threads([&] {
    return std::vector<at::Tensor>{hyperplane_codes(x, planes), hadamard_codes(x, signs, 9, 7)};
  });
}

TEST(Threads, ChangeNoBitOfAttentions) {
  struct Case {
    testing::AttentionSizes sizes;
    at::ScalarType type;
  };
  for (const auto& [sizes, type] : {Case{{1, 1, 700, 650, 40, 56, 5, 4}, at::kFloat},
                                    Case{{3, 3, 60, 50, 16, 16, 5, 2}, at::kFloat},
                                    Case{{1, 2, 300, 250, 40, 56, 5, 4}, at::kBFloat16},
                                    Case{{1, 2, 300, 250, 40, 56, 5, 4}, at::kHalf},
                                    // more codes than rows
                                    Case{{2, 2, 130, 110, 24, 32, 5, 11}, at::kFloat},
                                    Case{{2, 2, 130, 110, 24, 32, 5, 11}, at::kBFloat16}}) {
    SCOPED_TRACE(::testing::Message() << sizes.queries << " queries, " << type);
    AttentionProblem p = random_problem(sizes, 52, type);
    p.key_mask = at::rand({sizes.batch, sizes.keys}).lt(0.8);
    const auto all = [](const AttentionResult& r) {
      return std::vector<at::Tensor>{r.output, r.query, r.key, r.value};
    };
    for (const std::string& gradient : kSampledGradients)
      expect_same_for_any_threads([&] { return all(run_sampled(p, gradient)); });
    for (const std::string& gradient : kExpectedGradients)
      expect_same_for_any_threads([&] { return all(run_expected(p, gradient)); });
  }
}

/// Buckets of up to hundreds of rows, which run as dense products.
TEST(Threads, ChangeNoBitOfHeavyBuckets) {
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    for (const int64_t batch : {1, 3}) {
      AttentionProblem p = random_problem({batch, 1, 700, 650, 64, 32, 5, 5}, 53, type);
      p.query_mask = at::rand({batch, 700}).lt(0.9);
      for (const char* gradient : {"lower_bound", "unbiased"})
        expect_same_for_any_threads([&] {
          const AttentionResult r = run_sampled(p, gradient);
          return std::vector<at::Tensor>{r.output, r.query, r.key, r.value};
        });
    }
  }
}

TEST(Meta, GivesShapesAndDtypes) {
  const at::Tensor x = at::empty({2, 3, 5, 8}, at::TensorOptions(at::kMeta).dtype(at::kBFloat16));
  const at::Tensor value = at::empty({2, 3, 5, 6}, at::TensorOptions(at::kMeta));
  const at::Tensor planes = at::empty({3, 4, 2, 8}, at::TensorOptions(at::kMeta));
  const at::Tensor signs = at::empty({1, 1, 3, 8}, at::TensorOptions(at::kMeta).dtype(at::kChar));
  for (const at::Tensor& codes : {hyperplane_codes(x, planes), hadamard_codes(x, signs, 4, 2)}) {
    EXPECT_EQ(codes.sizes(), (at::IntArrayRef{2, 3, 4, 5}));
    EXPECT_EQ(codes.scalar_type(), at::kInt);
    EXPECT_TRUE(codes.is_meta());
    const at::Tensor q = x.detach().requires_grad_(), v = value.detach().requires_grad_();
    for (const at::Tensor& out :
         {sampled_attention(q, x, v, codes, codes, 2), expected_attention(q, x, v, 2)}) {
      EXPECT_EQ(out.sizes(), (at::IntArrayRef{2, 3, 5, 6}));
      EXPECT_EQ(out.scalar_type(), at::kFloat);
      EXPECT_TRUE(out.is_meta());
      const auto grads = torch::autograd::grad({out}, {q, v}, {at::empty_like(out)});
      EXPECT_EQ(grads[0].sizes(), q.sizes());
      EXPECT_EQ(grads[0].scalar_type(), at::kBFloat16);
      EXPECT_EQ(grads[1].sizes(), v.sizes());
    }
  }
  EXPECT_THROW(sampled_attention(x, x, value, planes, planes, 2), c10::Error);
}

/// Autocast to bfloat16 on the CPU for a scope.
struct Autocast {
  Autocast() {
    at::autocast::set_autocast_enabled(at::kCPU, true);
    at::autocast::set_autocast_dtype(at::kCPU, at::kBFloat16);
  }
  ~Autocast() {
    at::autocast::clear_cache();
    at::autocast::set_autocast_enabled(at::kCPU, false);
  }
};

TEST(AutocastMode, SumsInFloat32AndKeepsTheValueDtype) {
  AttentionProblem p = random_problem({2, 2, 12, 12, 8, 8, 4, 3}, 53, at::kFloat);
  // A linear layer under autocast returns such queries; the key stays float32.
  p.query = p.query.to(at::kBFloat16);
  p.value = p.value.to(at::kBFloat16);
  p.grad = p.grad.to(at::kBFloat16);
  AttentionProblem wide = p;
  wide.query = p.query.to(at::kFloat);
  const at::Tensor planes = at::randn({1, 4, 3, 8}),
                   expected = hyperplane_codes(wide.query, planes);
  const at::Tensor signs = (at::randint(2, {1, 2, 3, 8}, at::kChar) * 2 - 1).to(at::kChar);
  const at::Tensor expected_hadamard = hadamard_codes(wide.query, signs, 4, 3);
  EXPECT_THROW(run_sampled(p, "lower_bound"), c10::Error);
  const AttentionResult sampled = run_sampled(wide, "lower_bound"),
                        dense = run_expected(wide, "exact");
  const Autocast on;
  EXPECT_TRUE(hyperplane_codes(p.query, planes).equal(expected));
  EXPECT_TRUE(hadamard_codes(p.query, signs, 4, 3).equal(expected_hadamard));
  for (const auto& [actual, reference] : {std::pair{run_sampled(p, "lower_bound"), sampled},
                                          std::pair{run_expected(p, "exact"), dense}}) {
    EXPECT_EQ(actual.output.scalar_type(), at::kBFloat16);
    EXPECT_TRUE(actual.output.equal(reference.output));
    EXPECT_EQ(actual.query.scalar_type(), at::kBFloat16);
    EXPECT_TRUE(actual.query.equal(reference.query.to(at::kBFloat16)));
    EXPECT_TRUE(actual.key.equal(reference.key));
    EXPECT_TRUE(actual.value.equal(reference.value));
  }
}

TEST(AutocastMode, KeepsRowsOfSixteenBits) {
  for (const at::ScalarType type : {at::kBFloat16, at::kHalf}) {
    const AttentionProblem p = random_problem({2, 2, 60, 50, 16, 24, 4, 3}, 55, type);
    const at::Tensor wide = p.query.to(at::kFloat);
    const at::Tensor planes = at::randn({1, 4, 3, 16});
    const at::Tensor signs = (at::randint(2, {1, 2, 3, 16}, at::kChar) * 2 - 1).to(at::kChar);
    const AttentionResult sampled = run_sampled(p, "unbiased"), dense = run_expected(p, "exact");
    const Autocast on;
    EXPECT_TRUE(hyperplane_codes(p.query, planes).equal(hyperplane_codes(wide, planes)));
    EXPECT_TRUE(hadamard_codes(p.query, signs, 4, 3).equal(hadamard_codes(wide, signs, 4, 3)));
    for (const auto& [actual, reference] : {std::pair{run_sampled(p, "unbiased"), sampled},
                                            std::pair{run_expected(p, "exact"), dense}})
      for (const auto& [a, b] :
           {std::pair{actual.output, reference.output}, std::pair{actual.query, reference.query},
            std::pair{actual.key, reference.key}, std::pair{actual.value, reference.value}}) {
        EXPECT_EQ(a.scalar_type(), type);
        EXPECT_TRUE(a.equal(b));
      }
  }
}

TEST(SecondDerivatives, ThrowAndNameTheOperator) {
  const AttentionProblem p = random_problem({1, 2, 6, 6, 4, 4, 3, 2}, 54);
  const auto expect_throw = [](const at::Tensor& output, const at::Tensor& input,
                               const char* name) {
    const at::Tensor grad =
        torch::autograd::grad({output.square().sum()}, {input}, {}, true, true)[0];
    ASSERT_TRUE(grad.requires_grad()) << name;
    try {
      grad.sum().backward();
      FAIL() << "no error from " << name;
    } catch (const std::exception& error) {
      EXPECT_NE(std::string(error.what()).find(name), std::string::npos) << error.what();
    }
  };
  for (int input : {0, 1, 2}) {
    const auto inputs = [&] {
      std::vector<at::Tensor> all{p.query.detach(), p.key.detach(), p.value.detach()};
      all[input].requires_grad_();
      return all;
    };
    for (const std::string& gradient : kSampledGradients) {
      const auto x = inputs();
      expect_throw(
          sampled_attention(x[0], x[1], x[2], p.query_codes, p.key_codes, p.bits, {}, {}, gradient),
          x[input], "yoso::sampled_attention");
    }
    for (const std::string& gradient : kExpectedGradients) {
      const auto x = inputs();
      expect_throw(expected_attention(x[0], x[1], x[2], p.bits, {}, {}, gradient), x[input],
                   "yoso::expected_attention");
    }
  }
}

TEST(Gradients, AreNotAskedOfCodes) {
  const at::Tensor x = at::randn({1, 1, 4, 8}).requires_grad_();
  EXPECT_FALSE(hyperplane_codes(x, at::randn({1, 2, 2, 8}).requires_grad_()).requires_grad());
  EXPECT_FALSE(hadamard_codes(x, at::ones({1, 1, 3, 8}, at::kChar), 2, 2).requires_grad());
}

}  // namespace
}  // namespace yoso::ops
