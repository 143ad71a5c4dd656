#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "support/exact_pairs_oracle.h"
#include "support/jacobian.h"
#include "support/near.h"
#include "yoso/ops/hadamard_codes.h"

namespace yoso::ops {
namespace {

using testing::AttentionSizes;
using testing::near;
using testing::PairProblem;
using testing::PairResult;
using testing::random_pairs;
using testing::run_exact_pairs;
using testing::run_exact_pairs_oracle;

void expect_result(const PairResult& actual, const PairResult& expected, double tolerance) {
  EXPECT_TRUE(near(actual.output, expected.output, tolerance)) << "context";
  const at::Tensor finite = expected.log_norm.isfinite();
  EXPECT_TRUE(at::equal(actual.log_norm.isfinite(), finite));
  EXPECT_TRUE(
      near(actual.log_norm.where(finite, 0.0), expected.log_norm.where(finite, 0.0), tolerance))
      << "log_norm";
  EXPECT_TRUE(near(actual.query, expected.query, tolerance)) << "gradient of query";
  EXPECT_TRUE(near(actual.key, expected.key, tolerance)) << "gradient of key";
  EXPECT_TRUE(near(actual.value, expected.value, tolerance)) << "gradient of value";
}

void expect_oracle(const PairProblem& p, double tolerance) {
  expect_result(run_exact_pairs(p), run_exact_pairs_oracle(p), tolerance);
}

void expect_equal(const PairResult& a, const PairResult& b) {
  EXPECT_TRUE(at::equal(a.output, b.output));
  EXPECT_TRUE(at::equal(a.log_norm, b.log_norm));
  EXPECT_TRUE(at::equal(a.query, b.query));
  EXPECT_TRUE(at::equal(a.key, b.key));
  EXPECT_TRUE(at::equal(a.value, b.value));
}

ExactPairs angular(const char* tail, const char* normalize = "l2") {
  return {.kernel = "angular", .bits = 5, .normalize = normalize, .tail = tail, .cells = 7};
}
ExactPairs softmax(const char* tail, const char* normalize = "sum") {
  return {.kernel = "softmax", .scale = 0.3, .normalize = normalize, .tail = tail, .cells = 7};
}

std::vector<ExactPairs> kinds() {
  std::vector<ExactPairs> all;
  for (const char* tail : {"none", "linear", "cells"})
    for (const char* normalize : {"sum", "l2"}) {
      all.push_back(angular(tail, normalize));
      all.push_back(softmax(tail, normalize));
    }
  return all;
}

std::string name_of(const ExactPairs& p) { return p.kernel + " " + p.tail + " " + p.normalize; }

class ExactPairsSizes : public ::testing::TestWithParam<AttentionSizes> {};

TEST_P(ExactPairsSizes, MatchTheDenseOracle) {
  const AttentionSizes sizes = GetParam();
  for (ExactPairs pairs : kinds()) {
    SCOPED_TRACE(name_of(pairs));
    pairs.partners = 6;
    pairs.cap = 9;
    expect_oracle(random_pairs(sizes, pairs, 21), 1e-9);
    expect_oracle(random_pairs(sizes, pairs, 22, at::kFloat), 1e-3);
  }
}

TEST_P(ExactPairsSizes, MatchTheDenseOracleWithHoles) {
  const AttentionSizes sizes = GetParam();
  for (const ExactPairs& pairs : kinds()) {
    SCOPED_TRACE(name_of(pairs));
    PairProblem p = random_pairs(sizes, pairs, 23);
    p.query_mask = at::rand({sizes.batch, sizes.queries}).lt(0.7);
    p.key_mask = at::rand({sizes.batch, sizes.keys}).lt(0.7);
    expect_oracle(p, 1e-9);
  }
}

// batch, heads, queries, keys, head_dim, value_dim, hashes
INSTANTIATE_TEST_SUITE_P(Sizes, ExactPairsSizes,
                         ::testing::Values(AttentionSizes{1, 1, 1, 2, 8, 3, 1},
                                           AttentionSizes{2, 3, 17, 18, 8, 5, 3},
                                           AttentionSizes{2, 1, 18, 17, 20, 8, 0},
                                           AttentionSizes{1, 2, 65, 130, 24, 17, 9},
                                           AttentionSizes{1, 1, 200, 64, 64, 33, 33},
                                           AttentionSizes{0, 2, 4, 4, 8, 8, 2},
                                           AttentionSizes{1, 1, 5, 0, 8, 8, 2},
                                           AttentionSizes{1, 1, 0, 5, 8, 8, 2}));

TEST(ExactPairs, MeetBandGlobalTokensAndDocuments) {
  for (ExactPairs pairs : kinds()) {
    SCOPED_TRACE(name_of(pairs));
    pairs.band = 3;
    pairs.first_tokens = 2;
    pairs.last_tokens = 1;
    PairProblem p = random_pairs({2, 2, 150, 150, 16, 16, 4}, pairs, 24);
    expect_oracle(p, 1e-9);
    p.query_mask = p.key_mask = at::rand({2, 150}).lt(0.8);
    expect_oracle(p, 1e-9);
    p.document = std::get<0>(at::randint(0, 5, {2, 150}, at::kInt).sort(1));
    expect_oracle(p, 1e-9);
    p.pairs.first_tokens = 1000;
    expect_oracle(p, 1e-9);
  }
}

TEST(ExactPairs, UseAllBitsOfACodeWithoutPartners) {
  ExactPairs pairs = angular("cells");
  pairs.partners = 0;
  pairs.hash_bits = 3;
  expect_oracle(random_pairs({1, 2, 90, 90, 16, 16, 2}, pairs, 25), 1e-9);
}

TEST(ExactPairs, AreTheDenseKernelWhereTheBandHoldsAll) {
  for (const char* tail : {"none", "linear", "cells"}) {
    ExactPairs pairs = softmax(tail);
    pairs.band = 1000;
    const PairProblem p = random_pairs({2, 2, 100, 100, 16, 16, 3}, pairs, 26);
    const auto dense = [](const PairProblem& q) {
      return std::pair(
          at::matmul(at::softmax(at::matmul(q.query, q.key.transpose(-1, -2)) * q.pairs.scale, -1),
                     q.value),
          at::logsumexp(at::matmul(q.query, q.key.transpose(-1, -2)) * q.pairs.scale, -1));
    };
    expect_result(run_exact_pairs(p), testing::with_gradients(p, dense), 1e-9);
    pairs = angular(tail);
    pairs.band = 1000;
    PairProblem q = random_pairs({2, 2, 100, 100, 16, 16, 3}, pairs, 27);
    const auto expected = [](const PairProblem& r) {
      const at::Tensor sum = expected_attention(r.query, r.key, r.value, r.pairs.bits);
      const at::Tensor norm = sum.norm(2, -1);
      return std::pair(sum / norm.unsqueeze(-1), norm.log());
    };
    expect_result(run_exact_pairs(q), testing::with_gradients(q, expected), 1e-9);
  }
}

TEST(ExactPairs, GradientsAreTheNumericJacobian) {
  for (const ExactPairs& pairs : kinds()) {
    SCOPED_TRACE(name_of(pairs));
    const PairProblem p = random_pairs({1, 2, 6, 6, 8, 3, 2}, pairs, 28);
    const auto check = [&](const at::Tensor& at, const auto& replace) {
      const auto f = [&](const at::Tensor& x) {
        PairProblem q = p;
        replace(q, x);
        return std::get<0>(exact_pairs_attention(q.query, q.key, q.value, q.query_codes,
                                                 q.key_codes, {}, {}, {}, q.pairs));
      };
      EXPECT_TRUE(near(testing::autograd_jacobian(f, at), testing::numeric_jacobian(f, at), 1e-6));
    };
    check(p.query, [](PairProblem& q, const at::Tensor& x) { q.query = x; });
    check(p.key, [](PairProblem& q, const at::Tensor& x) { q.key = x; });
    check(p.value, [](PairProblem& q, const at::Tensor& x) { q.value = x; });
  }
}

TEST(ExactPairs, TakeRowsThatAreAllEqual) {
  for (const ExactPairs& pairs : kinds()) {
    SCOPED_TRACE(name_of(pairs));
    PairProblem p = random_pairs({1, 1, 200, 200, 16, 16, 4}, pairs, 29);
    p.query = p.query.narrow(2, 0, 1).expand({1, 1, 200, 16});
    p.key = p.query;
    p.query_codes.zero_();
    p.key_codes.zero_();
    const PairResult result = run_exact_pairs(p);
    const bool nothing_met = pairs.tail == "none";  // one bucket, over the cap
    at::Tensor mean = p.value.mean(2, true);
    if (pairs.normalize == "l2") mean = mean / mean.norm(2, -1, true);
    EXPECT_TRUE(
        near(result.output, nothing_met ? at::zeros_like(p.value) : mean.expand_as(p.value), 1e-9));
    for (const at::Tensor& grad : {result.query, result.key, result.value})
      EXPECT_TRUE(grad.isfinite().all().item<bool>());
  }
}

TEST(ExactPairs, CarryTwoClustersByCells) {
  at::manual_seed(30);
  ExactPairs pairs{.kernel = "softmax", .scale = 8, .cap = 8};
  PairProblem p = random_pairs({1, 2, 400, 400, 32, 16, 8}, pairs, 30, at::kFloat);
  const at::Tensor centres = testing::unit_rows(at::randn({2, 32}));
  const auto rows = [&] {
    const at::Tensor noise = testing::unit_rows(at::randn({1, 2, 400, 32}));
    return testing::unit_rows(0.97468 * centres.index({at::randint(2, {1, 2, 400}, at::kLong)}) +
                              0.22361 * noise);
  };
  p.query = rows();
  p.key = rows();
  const at::Tensor dense =
      at::matmul(at::softmax(at::matmul(p.query, p.key.transpose(-1, -2)) * 8, -1), p.value);
  const at::Tensor context = run_exact_pairs(p).output;
  EXPECT_GT(at::cosine_similarity(context, dense, -1).mean().item<double>(), 0.99);
}

TEST(ExactPairs, TakeScoresOfHundreds) {
  for (const char* tail : {"none", "linear", "cells"}) {
    SCOPED_TRACE(tail);
    ExactPairs pairs = softmax(tail);
    pairs.band = 2;
    PairProblem p = random_pairs({1, 2, 60, 60, 16, 16, 4}, pairs, 31);
    const double largest =
        at::matmul(p.query, p.key.transpose(-1, -2)).abs().max().item<double>() * pairs.scale;
    p.query = p.query * (112 / largest);
    expect_oracle(p, 1e-9);
    p.query = (p.query * 4).to(at::kFloat);  // beyond what exp holds in float32
    p.key = p.key.to(at::kFloat);
    p.value = p.value.to(at::kFloat);
    const PairResult result = run_exact_pairs(p);
    for (const at::Tensor& each : {result.output, result.query, result.key, result.value})
      EXPECT_TRUE(each.isfinite().all().item<bool>());
    EXPECT_GT(result.log_norm.max().item<double>(), 100);
  }
}

TEST(ExactPairs, NeverReadMaskedRows) {
  for (const ExactPairs& pairs : kinds()) {
    PairProblem p = random_pairs({2, 2, 70, 70, 16, 16, 4}, pairs, 32, at::kFloat);
    p.query_mask = p.key_mask = at::rand({2, 70}).lt(0.6);
    p.query_mask->select(0, 1).fill_(false);
    const PairResult clean = run_exact_pairs(p);
    const at::Tensor hole = p.query_mask->logical_not().view({2, 1, 70, 1});
    for (at::Tensor* x : {&p.query, &p.key, &p.value, &p.grad})
      *x = x->masked_fill(hole, std::numeric_limits<float>::quiet_NaN());
    for (at::Tensor* x : {&p.query_codes, &p.key_codes})
      *x = x->masked_fill(hole.view({2, 1, 1, 70}), -5);
    expect_equal(run_exact_pairs(p), clean);
    EXPECT_TRUE(clean.output.masked_select(hole).eq(0).all().item<bool>());
  }
}

TEST(ExactPairs, PaddingChangesNoBit) {
  for (const ExactPairs& pairs : kinds()) {
    const PairProblem p = random_pairs({1, 2, 70, 70, 16, 16, 6}, pairs, 33, at::kFloat);
    const PairResult plain = run_exact_pairs(p);
    PairProblem padded = p;
    const auto pad = [](const at::Tensor& x, at::IntArrayRef size) {
      return at::constant_pad_nd(x, size, 7);
    };
    for (at::Tensor* x : {&padded.query, &padded.key, &padded.value, &padded.grad})
      *x = pad(*x, {0, 0, 13, 100});
    for (at::Tensor* x : {&padded.query_codes, &padded.key_codes}) *x = pad(*x, {13, 100});
    padded.query_mask = padded.key_mask =
        at::constant_pad_nd(at::ones({1, 70}, at::kBool), {13, 100}, 0);
    const PairResult result = run_exact_pairs(padded);
    EXPECT_TRUE(at::equal(result.output.narrow(2, 13, 70), plain.output));
    EXPECT_TRUE(at::equal(result.query.narrow(2, 13, 70), plain.query));
    EXPECT_TRUE(at::equal(result.key.narrow(2, 13, 70), plain.key));
    EXPECT_TRUE(at::equal(result.value.narrow(2, 13, 70), plain.value));
  }
}

TEST(ExactPairs, AreTheSameForAnyNumberOfThreads) {
  const int threads = at::get_num_threads();
  for (const ExactPairs& pairs : kinds()) {
    const PairProblem p = random_pairs({1, 1, 5000, 5000, 16, 16, 6}, pairs, 34, at::kFloat);
    at::set_num_threads(1);
    const PairResult one = run_exact_pairs(p);
    at::set_num_threads(3);  // more than there are heads
    const PairResult three = run_exact_pairs(p);
    at::set_num_threads(threads);
    expect_equal(one, three);
  }
}

TEST(ExactPairs, TakeHalfPrecision) {
  for (const at::ScalarType type : {at::kBFloat16, at::kHalf}) {
    const PairProblem p = random_pairs({2, 2, 90, 90, 32, 32, 6}, softmax("cells"), 35, type);
    expect_oracle(p, 2e-2);
    EXPECT_EQ(run_exact_pairs(p).output.scalar_type(), type);
    EXPECT_EQ(run_exact_pairs(p).log_norm.scalar_type(), at::kFloat);
  }
}

TEST(ExactPairs, TakeStridedInputs) {
  PairProblem p = random_pairs({2, 3, 40, 40, 16, 16, 5}, angular("cells"), 36);
  const PairResult plain = run_exact_pairs(p);
  for (at::Tensor* x : {&p.query, &p.key, &p.value, &p.query_codes, &p.key_codes})
    *x = x->transpose(1, 2).contiguous().transpose(1, 2);
  expect_equal(run_exact_pairs(p), plain);
}

TEST(ExactPairs, ASecondDerivativeThrows) {
  PairProblem p = random_pairs({1, 1, 8, 8, 8, 8, 2}, softmax("cells"), 37);
  p.query.requires_grad_();
  const at::Tensor context = std::get<0>(exact_pairs_attention(
      p.query, p.key, p.value, p.query_codes, p.key_codes, {}, {}, {}, p.pairs));
  const at::Tensor grad = torch::autograd::grad({context.sum()}, {p.query}, {}, true, true)[0];
  try {
    grad.sum().backward();
    ADD_FAILURE() << "no error";
  } catch (const c10::Error& error) {
    EXPECT_NE(std::string(error.what()).find("exact_pairs_attention"), std::string::npos);
  }
}

void expect_error(const PairProblem& p, const std::string& part) {
  for (const c10::DeviceType device : {at::kCPU, at::kMeta}) {
    const auto on = [&](const at::Tensor& x) { return x.to(device); };
    const auto maybe = [&](const std::optional<at::Tensor>& x) {
      return x ? std::optional(x->to(device)) : std::nullopt;
    };
    try {
      exact_pairs_attention(on(p.query), on(p.key), on(p.value), on(p.query_codes), on(p.key_codes),
                            maybe(p.query_mask), maybe(p.key_mask), maybe(p.document), p.pairs);
      ADD_FAILURE() << "no error about: " << part;
    } catch (const c10::Error& error) {
      EXPECT_NE(std::string(error.what_without_backtrace()).find(part), std::string::npos)
          << error.what_without_backtrace();
    }
  }
}

TEST(ExactPairsErrors, NameWhatDoesNotFit) {
  const PairProblem good = random_pairs({2, 2, 9, 9, 8, 8, 3}, softmax("cells"), 38);
  const auto with = [&](const auto& change) {
    PairProblem p = good;
    change(p);
    return p;
  };
  expect_error(with([](auto& p) { p.pairs.kernel = "cosine"; }), "kernel is \"cosine\"");
  expect_error(with([](auto& p) { p.pairs.normalize = "max"; }), "normalize is \"max\"");
  expect_error(with([](auto& p) { p.pairs.tail = "fat"; }), "tail is \"fat\"");
  expect_error(with([](auto& p) { p.pairs.scale = 0; }), "scale is 0");
  expect_error(with([](auto& p) { p.pairs.cells = 0; }), "cells is 0");
  expect_error(with([](auto& p) { p.pairs.hash_bits = 17; }), "hash_bits is 17");
  expect_error(with([](auto& p) { p.pairs.cap = 0; }), "cap is 0");
  expect_error(with([](auto& p) { p.pairs = angular("linear"), p.pairs.bits = 1; }),
               "tail is \"linear\" but bits is 1");
  const PairProblem cross = random_pairs({2, 2, 9, 8, 8, 8, 3}, softmax("cells"), 39);
  for (int64_t ExactPairs::*place :
       {&ExactPairs::band, &ExactPairs::first_tokens, &ExactPairs::last_tokens}) {
    PairProblem p = cross;
    p.pairs.*place = 1;
    expect_error(p, "query.size(2) is 9 and key.size(2) is 8");
  }
  expect_error(with([](auto& p) { p.query_codes = p.query_codes.to(at::kLong); }),
               "query_codes is Long, expected Int");
  expect_error(with([](auto& p) { p.key_codes = p.key_codes.narrow(2, 0, 2); }),
               "key_codes.size(2) is 2 but query_codes.size(2) is 3");
  expect_error(with([](auto& p) {
                 p.document = at::zeros({2, 9}, at::kLong);
               }),
               "document is Long");
  expect_error(with([](auto& p) {
                 p.document = at::zeros({2, 8}, at::kInt);
               }),
               "document.size(1) is 8");
}

TEST(ExactPairsErrors, NameWrongCodesAndDocuments) {
  PairProblem p = random_pairs({2, 2, 9, 9, 8, 8, 3}, softmax("cells"), 40);
  const auto error = [](const PairProblem& q) {
    try {
      exact_pairs_attention(q.query, q.key, q.value, q.query_codes, q.key_codes, q.query_mask,
                            q.key_mask, q.document, q.pairs);
    } catch (const c10::Error& e) {
      return std::string(e.what_without_backtrace());
    }
    return std::string();
  };
  p.pairs.hash_bits = 2;
  p.key_codes.zero_();
  p.query_codes.zero_();
  p.key_codes[1][1][2][3] = 4;
  EXPECT_NE(error(p).find("key_codes has a code outside [0, 2^2)"), std::string::npos) << error(p);
  p.key_codes.zero_();
  p.document = at::zeros({2, 9}, at::kInt);
  p.document->select(0, 1).select(0, 4).fill_(3);
  EXPECT_NE(error(p).find("document falls from 3 to 0 at position 5 of sequence 1"),
            std::string::npos)
      << error(p);
  p.query_mask = p.key_mask = at::ones({2, 9}, at::kBool);
  p.query_mask->select(0, 1).select(0, 4).fill_(false);  // no valid token has it then
  EXPECT_EQ(error(p), "");
}

}  // namespace
}  // namespace yoso::ops
