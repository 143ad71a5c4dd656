#include "yoso/nn/attention/blocked_softmax.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "yoso/nn/attention/softmax_groups.h"

namespace yoso::nn {
namespace {

/// Queries, keys and values [batch, 3, length, dim], their gradients wanted, and a mask with holes.
struct Inputs {
  Inputs(int64_t length, int64_t dim, at::ScalarType type, int64_t batch = 2) {
    at::manual_seed(3);
    for (at::Tensor* x : {&query, &key, &value}) {
      // As the heads of a projection lie.
      *x = at::randn({batch, length, 3, dim}).to(type).transpose(1, 2).requires_grad_();
    }
    usable = at::rand({batch, length}).gt(0.3);
    usable.select(1, length / 2).fill_(true);
    out = at::randn({batch, 3, length, dim}).to(type);
  }
  std::vector<at::Tensor> gradients(const at::Tensor& context) const {
    return torch::autograd::grad({(context * out).sum()}, {query, key, value});
  }
  at::Tensor query, key, value, usable, out;
};

at::Tensor weights_of(const Inputs& in, bool masked) {
  at::Tensor scores =
      in.query.matmul(in.key.transpose(-1, -2)) / std::sqrt(static_cast<double>(in.query.size(-1)));
  if (masked) {
    scores = scores.masked_fill(in.usable.logical_not().unsqueeze(1).unsqueeze(1),
                                -std::numeric_limits<double>::infinity());
  }
  return scores.softmax(-1);
}

// 600 keys are more than one block of rows; 11 sequences are worked on two heads and one at a time,
// 16 all three.
TEST(BlockedSoftmax, WithoutDropoutIsTheDenseStatement) {
  for (const auto& [type, tolerance] :
       {std::pair(at::kDouble, 1e-12), {at::kFloat, 2e-5}, {at::kBFloat16, 5e-2}}) {
    for (const auto& [batch, length] :
         {std::pair<int64_t, int64_t>(16, 1), {2, 33}, {11, 33}, {16, 33}, {2, 600}}) {
      for (const bool masked : {false, true}) {
        const Inputs in(length, 5, type, batch), wide = [&] {
          Inputs copy = in;
          for (at::Tensor* x : {&copy.query, &copy.key, &copy.value})
            *x = x->detach().to(at::kDouble).requires_grad_();
          copy.out = copy.out.to(at::kDouble);
          return copy;
        }();
        const at::Tensor context =
            blocked_softmax(in.query, in.key, in.value, masked ? in.usable : at::Tensor(), 0);
        const at::Tensor expected = weights_of(wide, masked).matmul(wide.value);
        EXPECT_TRUE(at::allclose(context.to(at::kDouble), expected, tolerance, tolerance))
            << type << " " << batch << " " << length;
        const auto found = in.gradients(context), wanted = wide.gradients(expected);
        for (size_t i = 0; i < found.size(); ++i) {
          EXPECT_TRUE(at::allclose(found[i].to(at::kDouble), wanted[i], tolerance, tolerance))
              << type << " " << batch << " " << length << " gradient " << i;
        }
      }
    }
  }
}

/// The weights behind the dropout, by values that pick one each.
at::Tensor dropped_weights(const Inputs& in, double dropout) {
  const at::Tensor pick = at::eye(in.key.size(2), in.key.options()).expand({2, 3, -1, -1});
  return blocked_softmax(in.query, in.key, pick, in.usable, dropout).detach();
}

TEST(BlockedSoftmax, DropsAtTheRateAndGivesTheGradientOfWhatIsKept) {
  constexpr double kDropout = 0.3;
  const Inputs in(520, 520, at::kDouble);
  const at::Tensor weights = weights_of(in, true);
  at::manual_seed(8);
  const at::Tensor dropped = dropped_weights(in, kDropout);
  // 1 / (1 − p) is a float32.
  const at::Tensor factors = dropped.ne(0).to(at::kDouble) / (1 - kDropout);
  EXPECT_TRUE(at::allclose(dropped, weights * factors, 1e-6, 1e-12));
  // Of 1.1 million weights: standard error 4e-4.
  const at::Tensor kept =
      dropped.ne(0).masked_select(in.usable.unsqueeze(1).unsqueeze(1)).to(at::kDouble);
  EXPECT_NEAR(kept.mean().item<double>(), 1 - kDropout, 3e-3);

  at::manual_seed(8);
  const at::Tensor context = blocked_softmax(in.query, in.key, in.value, in.usable, kDropout);
  const at::Tensor expected = (weights * factors).matmul(in.value);
  EXPECT_TRUE(at::allclose(context, expected, 1e-6, 1e-9));
  const auto found = in.gradients(context), wanted = in.gradients(expected);
  for (size_t i = 0; i < found.size(); ++i)
    EXPECT_TRUE(at::allclose(found[i], wanted[i], 1e-6, 1e-9)) << i;
}

TEST(BlockedSoftmax, IsTheSameForAnyNumberOfThreads) {
  const int threads = at::get_num_threads();
  const Inputs in(60, 16, at::kFloat, 11);
  std::vector<std::vector<at::Tensor>> results;
  for (const int count : {1, 2, 5}) {
    at::set_num_threads(count);
    at::manual_seed(5);
    const at::Tensor context = blocked_softmax(in.query, in.key, in.value, in.usable, 0.1);
    results.push_back(in.gradients(context));
    results.back().push_back(context.detach());
  }
  at::set_num_threads(threads);
  for (const auto& other : results) {
    for (size_t i = 0; i < other.size(); ++i) EXPECT_TRUE(other[i].equal(results[0][i])) << i;
  }
  at::manual_seed(6);
  EXPECT_FALSE(blocked_softmax(in.query, in.key, in.value, in.usable, 0.1).equal(results[0][3]));
}

TEST(BlockedSoftmax, DropsTheSameWeightsInGroupsOfAnySize) {
  const Inputs in(40, 16, at::kDouble, 16);
  const auto first = [&](int64_t batch) {
    at::manual_seed(7);
    return blocked_softmax(in.query.narrow(0, 0, batch), in.key.narrow(0, 0, batch),
                           in.value.narrow(0, 0, batch), in.usable.narrow(0, 0, batch), 0.4)
        .narrow(0, 0, 2);
  };
  EXPECT_TRUE(at::allclose(first(16), first(2), 1e-12, 1e-12));
  EXPECT_TRUE(at::allclose(first(11), first(2), 1e-12, 1e-12));
}

TEST(BlockedSoftmax, GroupsOfHeadsLeaveWorkForAllThreads) {
  const auto groups = [](int64_t batch, int64_t heads, int64_t length) {
    SoftmaxProblem problem;
    problem.query = at::empty({batch, heads, length, 4});
    return problem.groups();
  };
  EXPECT_EQ(groups(1, 8, 32), 8);      // a head each
  EXPECT_EQ(groups(4, 8, 32), 16);     // two heads each
  EXPECT_EQ(groups(32, 8, 32), 32);    // all heads of a sequence
  EXPECT_EQ(groups(32, 8, 300), 128);  // as many as fit
  EXPECT_EQ(groups(32, 8, 4096), 256);
}

}  // namespace
}  // namespace yoso::nn
